import type { Policy, PolicyNode } from '../../schema/policy.ts'
import { edgesOf, isGate, isOutcome } from '../../schema/policy.ts'
import type { SlotValue } from '../conditions/truth.ts'
import type { Effort, GateModel, Models, Settled } from './gate-models.ts'
import { tryAll } from './gate-models.ts'
import { backwards } from './order.ts'
import { nodeOf } from './problems.ts'

/** A call that came to a node: its facts so far, and the step that led there. */
export interface Arrival {
  readonly id: string
  readonly values: SlotValue[]
  /** Absent at the start, and where a walk goes on after an outcome that could not be done. */
  readonly from?: { readonly arrival: Arrival; readonly exit: string }
}

/** What calls do in a policy: which nodes they come to and which exits they leave by. */
export interface Exploration {
  /** False when the effort was used up: what was not seen may still happen. */
  readonly complete: boolean
  /** For each node a call came to, one such call. */
  readonly reached: ReadonlyMap<string, Arrival>
  /** The exits taken, as `node`, line break, `exit`. */
  readonly taken: ReadonlySet<string>
}

/** Above this many (node, fact) pairs only single gates are judged. */
const mostPairs = 40_000

export const exitKey = (id: string, exit: string): string => `${id}\n${exit}`

/** Every exit of a gate that may be taken, where its facts do not matter to any other gate. */
function openExits(node: PolicyNode, model: GateModel | undefined): string[] {
  return model?.complete
    ? [...model.possible.keys(), 'unknown']
    : edgesOf(node).map(({ exit }) => exit)
}

/** Facts that more than one gate asks for: only these connect what two gates do. */
function sharedSlots({ gates }: Models): ReadonlySet<number> {
  const seen = new Set<number>()
  const shared = new Set<number>()
  for (const { slots } of gates.values())
    for (const slot of slots) {
      if (seen.has(slot)) shared.add(slot)
      seen.add(slot)
    }
  return shared
}

/** For each node, the shared facts that gates ask for from there on, before the next outcome. */
function liveSlots(policy: Policy, models: Models, shared: ReadonlySet<number>) {
  const live = new Map<string, ReadonlySet<number>>()
  for (const id of backwards(policy)) {
    const node = nodeOf(policy, id)
    if (!node) continue
    const next = isOutcome(node) ? [] : edgesOf(node)
    const own = (models.gates.get(id)?.slots ?? []).filter((slot) => shared.has(slot))
    live.set(id, new Set([...own, ...next.flatMap(({ to }) => [...(live.get(to) ?? [])])]))
  }
  return live
}

interface Search {
  readonly policy: Policy
  readonly models: Models
  readonly shared: ReadonlySet<number>
  readonly live: ReadonlyMap<string, ReadonlySet<number>>
  /** Where each exit of each node leads. */
  readonly edges: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly effort: Effort
  readonly reached: Map<string, Arrival>
  readonly taken: Set<string>
  readonly visited: Set<string>
  /** Calls that are on their way, in order: grows while it is gone through. */
  readonly open: Arrival[]
}

/** What has been found out about the facts that still matter; two calls with the same key go on alike. */
function stateKey(search: Search, id: string, values: readonly SlotValue[]): string {
  let key = id
  for (const slot of search.live.get(id) ?? []) {
    const value = values[slot]
    if (value === undefined) continue
    key += `\n${slot}=${search.models.values[slot]?.indexOf(value)}`
  }
  return key
}

function enter(search: Search, arrival: Arrival): void {
  const { id, values } = arrival
  if (!nodeOf(search.policy, id)) return
  const key = stateKey(search, id, values)
  if (search.visited.has(key)) return
  search.visited.add(key)
  if (!search.reached.has(id)) search.reached.set(id, arrival)
  search.open.push(arrival)
}

/** By the time an outcome could not be done the facts may have changed: what follows is a walk of its own. */
function leave(search: Search, arrival: Arrival, { exit, values }: Settled): void {
  const node = nodeOf(search.policy, arrival.id)
  const to = search.edges.get(arrival.id)?.get(exit)
  search.taken.add(exitKey(arrival.id, exit))
  if (to === undefined) return
  if (node && isOutcome(node)) enter(search, { id: to, values: [] })
  else enter(search, { id: to, values, from: { arrival, exit } })
}

function step(search: Search, arrival: Arrival): boolean {
  const { models, shared, effort } = search
  const { id, values } = arrival
  const node = nodeOf(search.policy, id)
  if (!node) return true
  const model = models.gates.get(id)
  const isLinked = model?.complete && model.slots.some((slot) => shared.has(slot))
  if (!isGate(node) || !model || !isLinked) {
    if (effort.left-- <= 0) return false
    const exits = isGate(node) ? openExits(node, model) : edgesOf(node).map(({ exit }) => exit)
    for (const exit of exits) leave(search, arrival, { exit, values })
    return true
  }
  const choices = (slot: number) => models.values[slot] ?? []
  return tryAll(model, { values, choices }, effort, (settled) => leave(search, arrival, settled))
}

/**
 * Sends calls with every combination of boundary values through a policy without cycles. Combinations that
 * differ only in facts that no longer matter are one, so that the effort grows with what gates share.
 */
export function explore(policy: Policy, models: Models, effort: Effort): Exploration {
  const shared = sharedSlots(models)
  const reached = new Map<string, Arrival>()
  const taken = new Set<string>()
  if (shared.size * Object.keys(policy.nodes).length > mostPairs)
    return { complete: false, reached, taken }
  const live = liveSlots(policy, models, shared)
  const edges = new Map(
    Object.entries(policy.nodes).map(([id, node]) => [
      id,
      new Map(edgesOf(node).map(({ exit, to }) => [exit, to])),
    ]),
  )
  const open: Search['open'] = []
  const search = {
    policy,
    models,
    shared,
    live,
    edges,
    effort,
    reached,
    taken,
    visited: new Set<string>(),
    open,
  }
  enter(search, { id: policy.start, values: [] })
  for (const arrival of open) if (!step(search, arrival)) return { complete: false, reached, taken }
  return { complete: true, reached, taken }
}
