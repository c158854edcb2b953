import type { FactSpec } from '../../schema/facts.ts'
import type { Change } from '../../schema/why-not.ts'
import type { CompiledPolicy } from '../compile.ts'
import type { SlotValue } from '../conditions/truth.ts'
import { calendarOfFact } from '../memory-facts.ts'
import { isWhole, nearestIn, numbersOf, stretchesOf } from './other-values.ts'
import type { Levers } from './levers.ts'
import type { Moved } from './search.ts'
import type { TimedCall } from './time-lever.ts'

export interface Telling extends TimedCall {
  readonly compiled: CompiledPolicy
  readonly levers: Levers
  /** Whether the call still ends as promised when a slot has another value. */
  readonly holdsWith: (slot: number, value: SlotValue) => boolean
}

type NumberChange = Extract<Change, { kind: 'number' }>
type Bounds = Pick<NumberChange, 'least' | 'above' | 'most' | 'below'>

/** How far a number may go on either side with the same end: tried on every stretch that the policy can tell apart. */
function boundsOf(
  { levers, holdsWith }: Telling,
  slot: number,
  given: { spec: FactSpec; value: number },
): Bounds {
  const { spec, value } = given
  const stretches = stretchesOf(numbersOf(spec, levers.comparisons))
  const isIn = ({ low, high }: { low: number; high: number }): boolean =>
    low === high ? value === low : value < high
  const own = stretches.findIndex(isIn)
  const holds = (index: number): boolean => {
    const stretch = stretches[index]
    if (!stretch) return false
    const tried = nearestIn(stretch, { from: value, spec })
    // a stretch without a number that can occur does not end the range
    return tried === undefined || holdsWith(slot, tried)
  }
  let [first, last] = [own, own]
  while (holds(first - 1)) first -= 1
  while (holds(last + 1)) last += 1
  const [low, high] = [stretches[first], stretches[last]]
  if (!low || !high) return { least: value, most: value }
  return { ...lowerBound(low, spec), ...upperBound(high, spec) }
}

function lowerBound({ low, high }: { low: number; high: number }, spec: FactSpec): Bounds {
  if (low === -Infinity) return {}
  if (!isWhole(spec)) return low === high ? { least: low } : { above: low }
  return { least: low === high ? Math.ceil(low) : Math.floor(low) + 1 }
}

function upperBound({ low, high }: { low: number; high: number }, spec: FactSpec): Bounds {
  if (high === Infinity) return {}
  if (!isWhole(spec)) return low === high ? { most: high } : { below: high }
  return { most: low === high ? Math.floor(high) : Math.ceil(high) - 1 }
}

function isLinked({ levers: { comparisons } }: Telling, fact: string): boolean {
  return (comparisons.groups.get(comparisons.groupOf(fact))?.size ?? 1) > 1
}

function wordsOf({ levers: { comparisons } }: Telling, fact: string): string[] {
  const literals = comparisons.groups.get(comparisons.groupOf(fact))?.literals ?? []
  return [...literals].filter((value) => typeof value === 'string')
}

function factChange(telling: Telling, { lever, to }: Moved): Change[] {
  const [slot = -1] = lever.slots
  const entry = telling.compiled.slots[slot]
  const [value, before] = [to.values[0], lever.was[0]]
  if (!entry || value === undefined) return []
  const { name: fact, spec } = entry
  const was = before === undefined ? {} : { was: before }
  if (typeof value === 'number' && !isLinked(telling, fact))
    return [{ kind: 'number', fact, ...was, value, ...boundsOf(telling, slot, { spec, value }) }]
  if (Array.isArray(value)) {
    const old: readonly string[] = Array.isArray(before) ? before : []
    const [added, removed] = [
      value.filter((one) => !old.includes(one)),
      old.filter((one) => !value.includes(one)),
    ]
    return [{ kind: 'list', fact, ...was, value, added, removed }]
  }
  const words = wordsOf(telling, fact)
  if (
    typeof value === 'string' &&
    !spec.values &&
    !words.includes(value) &&
    !isLinked(telling, fact)
  )
    return [{ kind: 'other', fact, ...was, value, not: words }]
  return [{ kind: 'value', fact, ...was, value }]
}

function timeChange({ compiled, installation, contact }: Telling, { lever, to }: Moved): Change[] {
  const names = lever.slots.map((slot) => compiled.facts[slot] ?? '')
  const isOther = (_: string, index: number): boolean =>
    JSON.stringify(to.values[index]) !== JSON.stringify(lever.was[index])
  const fact =
    names.filter(isOther).toSorted((one, other) => one.length - other.length)[0] ?? 'call.at'
  const zone = calendarOfFact(fact, { contact }, installation)?.zone ?? installation.reportZone
  return to.time ? [{ kind: 'time', fact, ...to.time, zone }] : []
}

function teamChange({ compiled }: Telling, { lever, to }: Moved): Change[] {
  const team = /^agents\.(.+)\.status$/.exec(compiled.facts[lever.slots[0] ?? -1] ?? '')?.[1]
  const [status, available] = to.values
  if (team === undefined || typeof status !== 'string' || typeof available !== 'number') return []
  return [{ kind: 'team', team, status, available }]
}

/** A moved lever in the terms of the call. */
export function changeOf(telling: Telling, moved: Moved): Change[] {
  switch (moved.lever.kind) {
    case 'time':
      return timeChange(telling, moved)
    case 'team':
      return teamChange(telling, moved)
    case 'fact':
      return factChange(telling, moved)
  }
}
