import type { CompiledPolicy } from '../compile.ts'
import type { SlotValue } from '../conditions/truth.ts'
import type { CompiledNode } from '../graph.ts'
import type { Lever, Levers, Position } from './levers.ts'

/** A lever in another position. */
export interface Moved {
  readonly lever: Lever
  readonly to: Position
}

/** The nearest call that ends at a node: the fewest levers moved, and of these the least far. */
export interface Found {
  readonly node: CompiledNode
  readonly moved: readonly Moved[]
  readonly distance: number
}

export interface Limits {
  /** Levers moved at most for one outcome. */
  readonly changes: number
  /** Gates evaluated in all. */
  readonly evaluations: number
}

export interface Searched {
  /** Where the call as it was ends; undefined when it waits for a fact that nobody asked for. */
  readonly base: CompiledNode | undefined
  /** Other ends, nearest first. */
  readonly found: readonly Found[]
  /** True when the limits ended the search: there may be others, farther away. */
  readonly isCut: boolean
}

/** A call on its way: the facts settled so far, and what was moved for it. */
interface Way {
  readonly node: CompiledNode
  readonly values: SlotValue[]
  readonly moved: readonly Moved[]
  readonly distance: number
}

interface Search {
  readonly levers: Levers
  readonly live: ReadonlyMap<CompiledNode, readonly number[]>
  readonly visited: Set<string>
  readonly ends: Map<CompiledNode, Found>
  /** Ways with one lever more, for the next round. */
  readonly next: Way[]
  left: number
}

const nextOf = (node: CompiledNode): CompiledNode[] => node.exits.flatMap((exit) => exit?.to ?? [])

/** Every node that a walk can come to, those that lead to others after them. */
function fromEnd(start: CompiledNode): CompiledNode[] {
  const seen = new Set<CompiledNode>()
  const done: CompiledNode[] = []
  const open: { node: CompiledNode; isLeft: boolean }[] = [{ node: start, isLeft: false }]
  for (let one = open.pop(); one; one = open.pop()) {
    if (one.isLeft) done.push(one.node)
    else if (!seen.has(one.node)) {
      seen.add(one.node)
      open.push({ node: one.node, isLeft: true })
      open.push(...nextOf(one.node).map((node) => ({ node, isLeft: false })))
    }
  }
  return done
}

/** For each node, the slots that gates ask for from there on: two ways alike in these go on alike. */
function liveSlots(compiled: CompiledPolicy, nodes: readonly CompiledNode[]) {
  const live = new Map<CompiledNode, readonly number[]>()
  for (const node of nodes) {
    const leaves = compiled.leaves.slice(node.firstLeaf, node.firstLeaf + node.leafCount)
    const own = leaves.flatMap(({ slots }) => slots)
    live.set(node, [...new Set([...own, ...nextOf(node).flatMap((to) => live.get(to) ?? [])])])
  }
  return live
}

/** A fact still open is not the same as one settled as it was: it may yet be changed. */
function keyOf({ live, levers }: Search, { node, values }: Way): string {
  const settled = (live.get(node) ?? []).map((slot) => {
    const value = values[slot]
    if (value === undefined) return ''
    return value === levers.base[slot] ? '=' : JSON.stringify(value)
  })
  return `${node.id}\n${settled.join('\n')}`
}

function settled(
  values: readonly SlotValue[],
  lever: Lever,
  to: readonly SlotValue[],
): SlotValue[] {
  const next = values.slice()
  lever.slots.forEach((slot, index) => {
    next[slot] = to[index]
  })
  return next
}

/** Ways that move one more lever, each to each of its other positions. */
function branch(search: Search, way: Way, levers: readonly Lever[]): void {
  for (const lever of levers)
    for (const to of lever.others)
      search.next.push({
        node: way.node,
        values: settled(way.values, lever, to.values),
        moved: [...way.moved, { lever, to }],
        distance: way.distance + to.distance,
      })
}

/** Settles a gate's facts as they were, one by one, and notes the ways on which one of them is changed. */
function settleGate(search: Search, way: Way): Way | undefined {
  const { levers } = search
  const waits = way.node.gate?.waitsFor(way.values) ?? []
  const known = waits.find((slot) => levers.base[slot] !== undefined)
  if (known === undefined) {
    branch(search, way, [...new Set(waits.flatMap((slot) => levers.bySlot.get(slot) ?? []))])
    return undefined
  }
  const lever = levers.bySlot.get(known)
  if (!lever) {
    const values = way.values.slice()
    values[known] = levers.base[known]
    return { ...way, values }
  }
  branch(search, way, [lever])
  return { ...way, values: settled(way.values, lever, lever.was) }
}

/** Follows a way with the facts as they were, until it ends, waits, or comes where a shorter one has been. */
function follow(search: Search, first: Way): CompiledNode | undefined {
  let way: Way | undefined = first
  while (way) {
    search.left -= 1
    if (search.left < 0) return undefined
    const { node, moved, distance } = way
    if (node.exits.length === 0) {
      if (!search.ends.has(node)) search.ends.set(node, { node, moved, distance })
      return node
    }
    const exit = node.exits[node.choose(way.values, [])]
    if (!exit) way = settleGate(search, way)
    else {
      way = { ...way, node: exit.to }
      const key = keyOf(search, way)
      if (search.visited.has(key)) return undefined
      search.visited.add(key)
    }
  }
  return undefined
}

/**
 * The nearest other ends of a call. Goes through the calls in the order of what they change: first those
 * with one lever moved, the least far first, then those with two … so the first that comes to an end is its
 * nearest. Ways that are alike in all facts still to be asked for are followed once.
 */
export function searchEnds(compiled: CompiledPolicy, levers: Levers, limits: Limits): Searched {
  const nodes = fromEnd(compiled.graph.start)
  const ends = nodes.filter(({ exits }) => exits.length === 0)
  const search: Search = {
    levers,
    live: liveSlots(compiled, nodes),
    visited: new Set(),
    ends: new Map(),
    next: [],
    left: limits.evaluations,
  }
  const values = levers.base.map(() => undefined)
  const base = follow(search, { node: compiled.graph.start, values, moved: [], distance: 0 })
  for (let changes = 1; changes <= limits.changes && search.left >= 0; changes += 1) {
    const ways = search.next.splice(0).sort((one, other) => one.distance - other.distance)
    for (const way of ways) {
      if (search.ends.size === ends.length || search.left < 0) break
      follow(search, way)
    }
  }
  const isCut = search.ends.size < ends.length && (search.left < 0 || search.next.length > 0)
  const found = [...search.ends.values()].filter(({ node }) => node !== base)
  return { base, found, isCut }
}
