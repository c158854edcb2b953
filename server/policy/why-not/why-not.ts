import type { OutcomeKind } from '../../schema/policy.ts'
import type { Alternative } from '../../schema/why-not.ts'
import type { CompiledPolicy } from '../compile.ts'
import type { SlotValue } from '../conditions/truth.ts'
import type { FactReader } from '../evaluate.ts'
import { run } from '../evaluate.ts'
import { slotValue, typedFact } from '../slots.ts'
import { changeOf } from './describe.ts'
import { leversOf } from './levers.ts'
import type { Found, Limits } from './search.ts'
import { searchEnds } from './search.ts'
import type { TimedCall } from './time-lever.ts'

export interface WhyNotInput extends TimedCall {
  readonly compiled: CompiledPolicy
  /** The facts of the call; `undefined` for one that nobody asked for, which is then not guessed. */
  readonly read: FactReader
  /** Arrival of the call, in epoch milliseconds. */
  readonly at: number
  /** Only this outcome: a node's id or a kind of outcome. */
  readonly wanted?: string
  readonly limits?: Partial<Limits>
}

export interface WhyNot {
  /** Where the call ends as it was; undefined when that hangs on facts that nobody asked for. */
  readonly node: string | undefined
  /** The nearest change for each other outcome that can be come to, nearest first. Each was tried. */
  readonly alternatives: readonly Alternative[]
  /** False when the search was cut short or values were left out: there may be others, or nearer ones. */
  readonly complete: boolean
}

/** Beyond this many changes it is another call; the evaluations take some milliseconds. */
const usual: Limits = { changes: 4, evaluations: 20_000 }

function valuesOf(compiled: CompiledPolicy, read: FactReader): SlotValue[] {
  return compiled.slots.map(({ name, spec }) => {
    const seen = read(name)
    return slotValue(seen && typedFact(spec, seen))
  })
}

/** The values of a call with some levers moved. */
function changed(base: readonly SlotValue[], { moved }: Found): SlotValue[] {
  const values = base.slice()
  for (const { lever, to } of moved)
    lever.slots.forEach((slot, index) => {
      values[slot] = to.values[index]
    })
  return values
}

/**
 * Why a call ended where it did and not elsewhere: for every other outcome the smallest change of the call
 * that leads there. Smallest is fewest changes, then the least far; the time of the call is one change, which
 * all calendars follow, and so is a team. What is returned has been decided again with the change made.
 * Outcomes that are come to only because another could not be done are not looked for.
 */
export function whyNot(input: WhyNotInput): WhyNot {
  const { compiled, wanted } = input
  const levers = leversOf({ ...input, values: valuesOf(compiled, input.read) })
  const limits = { ...usual, ...input.limits }
  const { base, found, isCut } = searchEnds(compiled, levers, limits)
  const alternatives = found.flatMap((one): Alternative[] => {
    const outcome: OutcomeKind | undefined = one.node.outcome?.kind
    if (!outcome || (wanted !== undefined && wanted !== one.node.id && wanted !== outcome))
      return []
    const values = changed(levers.base, one)
    const endsWith = (tried: readonly SlotValue[]): boolean => run(compiled, tried).end === one.node
    if (!endsWith(values)) return []
    const holdsWith = (slot: number, value: SlotValue) => endsWith(values.with(slot, value))
    const telling = { ...input, levers, holdsWith }
    const slots = one.moved.flatMap(({ lever }) => lever.slots)
    const facts = slots.flatMap((slot) => {
      const [name, value] = [compiled.facts[slot], values[slot]]
      return name === undefined || value === undefined ? [] : [[name, value] as const]
    })
    return [
      {
        node: one.node.id,
        outcome,
        changes: one.moved.flatMap((moved) => changeOf(telling, moved)),
        facts: Object.fromEntries(facts),
      },
    ]
  })
  return { node: base?.id, alternatives, complete: !isCut && levers.complete }
}
