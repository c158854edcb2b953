import type { FactSpec, FactValue } from '../../schema/facts.ts'
import type { Leaf } from '../../schema/policy.ts'
import type { SlotValue } from '../conditions/truth.ts'
import type { Comparisons } from '../validate/boundary-values.ts'
import { comparisonHolds } from '../validate/boundary-values.ts'

/** Another value for a fact, and how far it is from what the fact was: comparable between facts, smaller is nearer. */
export interface OtherValue {
  readonly value: SlotValue
  readonly distance: number
}

interface KnownValue extends OtherValue {
  readonly value: FactValue
}

/** What a fact may be instead. */
export interface OtherValues {
  /** One for each way in which the policy can tell values apart, the nearest of each. */
  readonly values: readonly OtherValue[]
  /** False when there were too many ways to try, or it is compared with other facts. */
  readonly complete: boolean
}

/** More literals than this, and entries of a list, are not tried; nor more comparisons than this made. */
const most = { literals: 200, entries: 6, comparisons: 200_000 } as const

/** What a step is worth that has no size: to another word, from or to a fact that is not known. */
const apart = { word: 1, otherWord: 1.2, becomesKnown: 1.5, becomesUnknown: 2 } as const

/** Whether only whole numbers occur. */
export function isWhole(spec: FactSpec): boolean {
  return spec.type === 'instant' || ['velocity', 'agents', 'history'].includes(spec.source)
}

/** The least that a number can be. */
export function leastOf(spec: FactSpec): number {
  if (spec.type === 'instant' || spec.source === 'caller' || spec.source === 'crm') return -Infinity
  return spec.source === 'velocity' ? 1 : 0
}

/** A whole stretch of numbers between two literals, or a literal. Both ends are left out unless they are equal. */
export interface Stretch {
  readonly low: number
  readonly high: number
}

/** The stretches into which literals cut all numbers, ascending. */
export function stretchesOf(literals: readonly number[]): Stretch[] {
  const sorted = [...new Set(literals)].sort((a, b) => a - b)
  const points = sorted.flatMap((low, index): Stretch[] => [
    { low, high: low },
    { low, high: sorted[index + 1] ?? Infinity },
  ])
  return [{ low: -Infinity, high: sorted[0] ?? Infinity }, ...points]
}

/** The number of a stretch that is nearest to another one; undefined when no number that can occur is in it. */
export function nearestIn(
  { low, high }: Stretch,
  { from, spec }: { from: number; spec: FactSpec },
): number | undefined {
  const isPossible = (value: number): boolean => value >= leastOf(spec)
  if (low === high)
    return (!isWhole(spec) || Number.isInteger(low)) && isPossible(low) ? low : undefined
  const isInside = (value: number): boolean => low < value && value < high
  if (isInside(from)) return from
  const middle = (low + high) / 2
  const near = from <= low ? Math.floor(low) + 1 : Math.ceil(high) - 1
  const found = isInside(near) ? near : isWhole(spec) ? undefined : middle
  return found !== undefined && isPossible(found) ? found : undefined
}

/** How far two numbers are apart, from 0 up to 1. */
function numberDistance(from: number, to: number): number {
  const gap = Math.abs(from - to)
  return gap / (gap + Math.abs(from) + 1)
}

const dayMs = 24 * 3_600_000

/** How far two instants are apart, from 0.4 up to 1: more than to move the call by as much. */
function instantDistance(from: number, to: number): number {
  const gap = Math.abs(from - to)
  return 0.4 + (0.6 * gap) / (gap + dayMs)
}

function instantOf(value: unknown): number[] {
  const instant = typeof value === 'number' ? value : Date.parse(String(value))
  return Number.isNaN(instant) ? [] : [instant]
}

/** The numbers that a fact is compared with. */
export function numbersOf(spec: FactSpec, comparisons: Comparisons): number[] {
  const literals = [...(comparisons.groups.get(comparisons.groupOf(spec.name))?.literals ?? [])]
  if (spec.type === 'instant') return literals.flatMap(instantOf)
  return literals.filter((value) => typeof value === 'number')
}

interface Given {
  readonly spec: FactSpec
  readonly was: SlotValue
  readonly literals: readonly (string | number | boolean)[]
  /** Values of the facts it is compared with. */
  readonly beside: readonly SlotValue[]
  readonly numbers: readonly number[]
}

function otherNumbers({ spec, was, numbers, beside }: Given): KnownValue[] {
  const cuts = [...numbers, ...beside.filter((value) => typeof value === 'number')]
  const from = typeof was === 'number' ? was : Math.max(0, leastOf(spec))
  return stretchesOf(cuts.slice(0, most.literals)).flatMap((stretch) => {
    const value = nearestIn(stretch, { from, spec })
    if (value === undefined) return []
    const distance = (spec.type === 'instant' ? instantDistance : numberDistance)(from, value)
    return [{ value, distance: typeof was === 'number' ? distance : apart.becomesKnown + distance }]
  })
}

const freshText = 'something else'

function otherWords({ spec, was, literals, beside }: Given): KnownValue[] {
  const base = was === null || was === undefined ? apart.becomesKnown : apart.word
  const own = spec.undeclared ? literals : literals.filter((value) => typeof value === 'string')
  const words = [
    ...own.slice(0, most.literals),
    ...beside.filter((value) => typeof value === 'string'),
  ]
  const isFresh = !words.includes(freshText)
  return [
    ...words.map((value) => ({ value, distance: base })),
    ...(isFresh ? [{ value: freshText, distance: base + apart.otherWord - apart.word }] : []),
  ]
}

function otherLists({ was, literals, beside }: Given): KnownValue[] {
  const isList = Array.isArray(was)
  const before: readonly string[] = isList ? was : []
  const named = beside.flatMap((value) => (typeof value === 'string' ? [value] : []))
  const entries = [...new Set([...literals.map(String), ...named])].slice(0, most.entries)
  const toggled = entries.reduce<string[][]>(
    (sets, entry) => [...sets, ...sets.map((set) => [...set, entry])],
    [[]],
  )
  return toggled.map((set) => ({
    value: [
      ...before.filter((entry) => !set.includes(entry)),
      ...set.filter((entry) => !before.includes(entry)),
    ],
    distance: (isList ? 0 : apart.becomesKnown) + set.length,
  }))
}

function known(given: Given): KnownValue[] {
  const { spec, was } = given
  const base = was === null || was === undefined ? apart.becomesKnown : apart.word
  if (spec.values) return spec.values.map((value) => ({ value, distance: base }))
  switch (spec.type) {
    case 'boolean':
      return [true, false].map((value) => ({ value, distance: base }))
    case 'number':
    case 'instant':
      return otherNumbers(given)
    case 'list':
      return otherLists(given)
    case 'string':
      return otherWords(given)
  }
}

/** Of values that no comparison of the policy tells apart, the nearest; none that is like what the fact was. */
function toldApart(
  values: readonly KnownValue[],
  leaves: readonly Leaf[],
  { spec, was }: Pick<Given, 'spec' | 'was'>,
): KnownValue[] {
  const resultsOf = (value: FactValue): string =>
    leaves.map((leaf) => (comparisonHolds(leaf, spec, value) ? '1' : '0')).join('')
  const seen = new Set(was === null || was === undefined ? [] : [resultsOf(was)])
  return values.filter(({ value }) => {
    const results = resultsOf(value)
    return !seen.has(results) && Boolean(seen.add(results))
  })
}

/** Values of the facts that a fact is compared with. */
export function besideOf(
  name: string,
  comparisons: Comparisons,
  valueOf: (name: string) => SlotValue,
): SlotValue[] {
  const root = comparisons.groupOf(name)
  if ((comparisons.groups.get(root)?.size ?? 1) < 2) return []
  return [...comparisons.facts]
    .filter((one) => one !== name && comparisons.groupOf(one) === root)
    .map(valueOf)
}

const numeric: ReadonlySet<string> = new Set(['number', 'instant'])
const same = (one: SlotValue, other: SlotValue): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other)

/**
 * What a fact may be instead of what it was (`undefined`: nobody asked), nearest first.
 * @param valueOf what the other facts were
 */
export function otherValues(
  spec: FactSpec,
  comparisons: Comparisons,
  valueOf: (name: string) => SlotValue,
): OtherValues {
  const { name } = spec
  const was = valueOf(name)
  const root = comparisons.groupOf(name)
  const group = comparisons.groups.get(root)
  const literals = [...(group?.literals ?? [])]
  const size = group?.size ?? 1
  const isLinked = size > 1
  const beside = besideOf(name, comparisons, valueOf)
  // two numbers that are only compared with each other: to move one of them comes to every order of both
  const isPair = size === 2 && literals.length === 0 && numeric.has(spec.type)
  const numbers = numbersOf(spec, comparisons)
  const isMany =
    literals.length > most.literals || (spec.type === 'list' && literals.length > most.entries)
  const mayBeUnknown = was !== null && (spec.mayBeUnknown || spec.unconfigured !== undefined)
  const all = known({ spec, was, literals, beside, numbers })
    .filter(({ value }) => !same(value, was))
    .sort((one, other) => one.distance - other.distance)
  const leaves = comparisons.byFact.get(name) ?? []
  const isTold = !isLinked && !spec.values && all.length * leaves.length <= most.comparisons
  return {
    values: [
      ...(isTold ? toldApart(all, leaves, { spec, was }) : all),
      ...(mayBeUnknown ? [{ value: null, distance: apart.becomesUnknown }] : []),
    ],
    complete: !isMany && (!isLinked || isPair),
  }
}
