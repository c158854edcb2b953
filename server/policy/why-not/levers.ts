import type { FactSpec } from '../../schema/facts.ts'
import type { CompiledPolicy } from '../compile.ts'
import type { SlotValue } from '../conditions/truth.ts'
import { calendarOfFact } from '../memory-facts.ts'
import type { Comparisons } from '../validate/boundary-values.ts'
import { comparisonHolds, comparisonsIn } from '../validate/boundary-values.ts'
import { besideOf, numbersOf, otherValues } from './other-values.ts'
import type { OtherTime, TimedCall } from './time-lever.ts'
import { isTimed, otherTimes, timeDistance, timedFacts } from './time-lever.ts'

/** Another position of a lever: a value for each of its slots. */
export interface Position {
  readonly values: readonly SlotValue[]
  readonly distance: number
  /** For the time of the call: when. */
  readonly time?: OtherTime
}

/** One thing that can be changed about a call by itself. Facts that follow from each other move together. */
export interface Lever {
  readonly kind: 'time' | 'team' | 'fact'
  readonly slots: readonly number[]
  /** What its facts were; `undefined` where nobody asked. */
  readonly was: readonly SlotValue[]
  /** Nearest first. */
  readonly others: readonly Position[]
}

export interface Levers {
  readonly levers: readonly Lever[]
  /** The lever of each slot; none for what stays as it is. */
  readonly bySlot: ReadonlyMap<number, Lever>
  /** Values of all slots before any change, with what follows from the time of the call. */
  readonly base: readonly SlotValue[]
  readonly comparisons: Comparisons
  /** False when values were left out, so that something nearer may exist. */
  readonly complete: boolean
}

export interface LeverInput extends TimedCall {
  readonly compiled: CompiledPolicy
  /** Values of the policy's facts by slot, `undefined` where nobody asked. */
  readonly values: readonly SlotValue[]
  /** Arrival of the call, in epoch milliseconds. */
  readonly at: number
}

/** Who calls, and which call it is, stay as they are. */
const fixed: ReadonlySet<string> = new Set(['caller.key', 'call.id'])

interface Parts extends LeverInput {
  readonly comparisons: Comparisons
  readonly specs: readonly FactSpec[]
}

const isSame = (one: SlotValue, other: SlotValue): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

/** Facts that the time of the call tells, and that were what it tells: others were stated, or have changed since. */
function timedSlots({ compiled, values, at, installation, contact }: LeverInput): number[] {
  const names = compiled.facts.filter(isTimed)
  const told = timedFacts(names, { at, installation, contact })
  return names.flatMap((name, index) => {
    const slot = compiled.facts.indexOf(name)
    const isTold = told[index] !== null && told[index] !== undefined
    return isTold && (values[slot] === undefined || isSame(values[slot], told[index])) ? [slot] : []
  })
}

/** The facts beside one that it is compared with, as they were; the time of the call moves some of them too. */
function besides({ compiled, comparisons, values }: Parts, name: string): SlotValue[] {
  const valueOf = (one: string): SlotValue =>
    isTimed(one) ? undefined : values[compiled.facts.indexOf(one)]
  return besideOf(name, comparisons, valueOf)
}

/** What the policy can tell of a value: itself where it is a word of few, else what its comparisons come to. */
function tellOf(parts: Parts, slot: number, value: SlotValue): string {
  const { specs, comparisons } = parts
  const spec = specs[slot]
  const raw = JSON.stringify(value ?? null)
  if (!spec || spec.values || value === null || value === undefined) return raw
  const beside = besides(parts, spec.name)
  if (beside.length > 0 && (typeof value !== 'number' || beside.includes(undefined))) return raw
  const orders = beside.map((other) =>
    typeof other === 'number' ? Math.sign(Number(value) - other) : '',
  )
  const leaves = comparisons.byFact.get(spec.name) ?? []
  const results = leaves.map((leaf) => (comparisonHolds(leaf, spec, value) ? '1' : '0'))
  return [...orders, ...results].join(' ')
}

/** Where an instant changes sides: `call.at` goes on with the time, and while it is open `nextOpen` does, too. */
function cutsOf(parts: Parts, spec: FactSpec | undefined): number[] {
  if (spec?.type !== 'instant') return []
  const beside = besides(parts, spec.name).filter((value) => typeof value === 'number')
  return [...numbersOf(spec, parts.comparisons), ...beside]
}

function timeLever(parts: Parts): Lever | undefined {
  const { compiled, at, installation, contact, specs } = parts
  const slots = timedSlots(parts)
  if (slots.length === 0) return undefined
  const names = slots.map((slot) => compiled.facts[slot] ?? '')
  const calendars = names
    .map((name) => calendarOfFact(name, { contact }, installation))
    .filter((calendar) => calendar !== undefined)
  const factsAt = (when: number): SlotValue[] =>
    timedFacts(names, { at: when, installation, contact })
  const keyOf = (when: number): string =>
    factsAt(when)
      .map((value, index) => tellOf(parts, slots[index] ?? -1, value))
      .join('\n')
  const cuts = slots.flatMap((slot) => cutsOf(parts, specs[slot]))
  const times = otherTimes({ at, calendars: [...new Set(calendars)], cuts, keyOf })
  const others = times.map((time) => ({
    values: factsAt(time.at),
    distance: timeDistance(at, time.at),
    time,
  }))
  return { kind: 'time', slots, was: factsAt(at), others }
}

/** A team whose best status and number of available agents are both asked for: the one follows from the other. */
function teamLevers(parts: Parts): Lever[] {
  const { compiled, values, comparisons, specs } = parts
  return compiled.facts.flatMap((name, status): Lever[] => {
    const team = /^agents\.(.+)\.status$/.exec(name)?.[1]
    const available = compiled.facts.indexOf(`agents.${team}.available`)
    const [word, count] = [values[status], values[available]]
    const spec = specs[available]
    if (!spec || typeof word !== 'string' || typeof count !== 'number') return []
    if ((word === 'available') !== count > 0) return []
    const counts = otherValues(spec, comparisons, () => count).values
    const numbers = counts.flatMap(({ value }) => (typeof value === 'number' ? [value] : []))
    const some = [count, 1, ...numbers].filter((value) => value > 0)
    const pairs = [
      ...[...new Set(some)].map((value) => ['available', value] as const),
      ...(['busy', 'dnd', 'offline'] as const).map((value) => [value, 0] as const),
    ].filter(([to, value]) => to !== word || value !== count)
    const others = pairs.map((pair) => ({
      values: pair,
      distance: 1 + Math.abs(pair[1] - count) / (Math.abs(pair[1] - count) + count + 1),
    }))
    others.sort((one, other) => one.distance - other.distance)
    return [{ kind: 'team', slots: [status, available], was: [word, count], others }]
  })
}

/**
 * Everything about a call that can be changed for another outcome: the time of the call, which all
 * calendars follow, a team, and each other fact by itself. Who calls stays as it is.
 */
export function leversOf(input: LeverInput): Levers {
  const { compiled, values } = input
  const comparisons = comparisonsIn(compiled.policy, input.installation)
  const parts = { ...input, comparisons, specs: compiled.slots.map(({ spec }) => spec) }
  const time = timeLever(parts)
  const joint = [...(time ? [time] : []), ...teamLevers(parts)]
  const base = values.slice()
  for (const { slots, was } of joint)
    slots.forEach((slot, index) => {
      base[slot] = was[index]
    })
  const taken = new Set(joint.flatMap(({ slots }) => slots))
  const found = compiled.slots.flatMap(({ index: slot, name, spec }) => {
    if (taken.has(slot) || fixed.has(name)) return []
    const valueOf = (fact: string): SlotValue => base[compiled.facts.indexOf(fact)]
    const { values: others, complete } = otherValues(spec, comparisons, valueOf)
    const positions = others.map(({ value, distance }) => ({ values: [value], distance }))
    return [
      {
        lever: { kind: 'fact' as const, slots: [slot], was: [base[slot]], others: positions },
        complete,
      },
    ]
  })
  const levers: Lever[] = [...joint, ...found.map(({ lever }) => lever)]
  return {
    levers,
    bySlot: new Map(levers.flatMap((lever) => lever.slots.map((slot) => [slot, lever] as const))),
    base,
    comparisons,
    complete: found.every(({ complete }) => complete),
  }
}
