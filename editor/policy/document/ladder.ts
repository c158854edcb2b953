import type { Policy } from '../../../server/schema/policy.ts'
import { isGate, isOutcome } from '../../../server/schema/policy.ts'
import { exitsOf, targetOf } from './exits.ts'

export interface Point {
  readonly x: number
  readonly y: number
}
export const columnWidth = 340
export const rowHeight = 122

/** Chains further to the side than this go down instead, so that a drawing stays about as wide as a screen. */
const columns = 3

interface Ladder {
  readonly policy: Policy
  readonly cells: Map<string, { column: number; row: number }>
  /** First free row of each column. */
  readonly free: number[]
  readonly depth: ReadonlyMap<string, number>
  readonly ends: ReadonlySet<string>
}

const nodeOf = (policy: Policy, id: string) =>
  Object.hasOwn(policy.nodes, id) ? policy.nodes[id] : undefined

/** Where a node leads, the exit most callers take first, each target once. */
function targetsOf(policy: Policy, id: string): string[] {
  const node = nodeOf(policy, id)
  if (!node) return []
  const targets = exitsOf(node).flatMap((exit) => targetOf(node, exit) ?? [])
  return [...new Set(targets)].filter((to) => nodeOf(policy, to))
}

/** Nodes on the longest way from each node to an end. Keeps its own stack; a way back counts nothing. */
function depths(policy: Policy): Map<string, number> {
  const depth = new Map<string, number>()
  const open = new Set<string>()
  for (const first of Object.keys(policy.nodes)) {
    const stack = [first]
    for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
      const targets = targetsOf(policy, id)
      const next = open.has(id)
        ? undefined
        : targets.filter((to) => !depth.has(to) && !open.has(to))
      open.add(id)
      if (next && next.length > 0 && !depth.has(id)) {
        stack.push(...next)
        continue
      }
      stack.pop()
      open.delete(id)
      if (!depth.has(id)) depth.set(id, 1 + Math.max(0, ...targets.map((to) => depth.get(to) ?? 0)))
    }
  }
  return depth
}

/** Outcomes that others fall back on: they stand in the last row. */
function sharedEnds(policy: Policy): Set<string> {
  const by = new Map<string, Set<string>>()
  for (const [id, node] of Object.entries(policy.nodes))
    for (const exit of exitsOf(node)) {
      const to = targetOf(node, exit)
      if (to !== undefined && exit === 'otherwise') by.set(to, (by.get(to) ?? new Set()).add(id))
    }
  const isEnd = ([id, from]: [string, Set<string>]) => {
    const node = nodeOf(policy, id)
    return node && isOutcome(node) && from.size > 1
  }
  return new Set([...by].filter(isEnd).map(([id]) => id))
}

/** The target that goes on straight down: the one with the longest way after it. */
function mainOf({ policy, depth, ends }: Ladder, id: string): string | undefined {
  const node = nodeOf(policy, id)
  if (!node || !isGate(node)) return undefined
  const targets = targetsOf(policy, id).filter((to) => !ends.has(to))
  return targets.reduce<string | undefined>(
    (best, to) => (best === undefined || (depth.get(to) ?? 0) > (depth.get(best) ?? 0) ? to : best),
    undefined,
  )
}

/** A chain downwards with what leaves it to the side. */
function placeChain(ladder: Ladder, first: string, at: { column: number; row: number }): void {
  const { policy, cells, free, ends } = ladder
  const chain: string[] = []
  for (let id: string | undefined = first; id !== undefined && !cells.has(id);) {
    cells.set(id, { column: at.column, row: -1 })
    chain.push(id)
    const node = nodeOf(policy, id)
    const down: string | undefined =
      mainOf(ladder, id) ??
      (node && at.column >= columns - 1 ? targetsOf(policy, id)[0] : undefined)
    id = down !== undefined && ends.has(down) ? undefined : down
  }
  let row = at.row
  for (const id of chain) {
    const sides = targetsOf(policy, id).filter((to) => !cells.has(to) && !ends.has(to))
    const side = Math.min(at.column + 1, columns + 3)
    row = Math.max(row, free[at.column] ?? 0, sides.length > 0 ? (free[side] ?? 0) : 0)
    cells.set(id, { column: at.column, row })
    free[at.column] = row + 1
    for (const to of sides)
      if (!cells.has(to))
        placeChain(ladder, to, { column: side, row: Math.max(row, free[side] ?? 0) })
    row += 1
  }
}

function placeEnds({ cells, ends, free }: Ladder): void {
  const rows = [...cells.values()].map(({ row }) => row)
  const last = Math.max(0, ...rows)
  let column = Math.max(1, Math.min(columns - 1, free.length - 1))
  for (const id of ends) {
    if (cells.has(id)) continue
    const row = Math.max(last, free[column] ?? 0)
    cells.set(id, { column, row })
    free[column] = row + 1
    column = column > 1 ? column - 1 : columns - 1
  }
}

/**
 * Where each node stands (look, section 6): the main way straight down, what leaves it to the side, shared
 * ends in the last row, what nothing leads to below. Deterministic; nodes never overlap.
 */
export function ladderLayout(policy: Policy): Map<string, Point> {
  const ladder: Ladder = {
    policy,
    cells: new Map(),
    free: [],
    depth: depths(policy),
    ends: sharedEnds(policy),
  }
  if (nodeOf(policy, policy.start)) placeChain(ladder, policy.start, { column: 0, row: 0 })
  placeEnds(ladder)
  for (const id of Object.keys(policy.nodes))
    if (!ladder.cells.has(id))
      placeChain(ladder, id, { column: 0, row: Math.max(0, ...ladder.free) })
  const placed = [...ladder.cells].map(
    ([id, { column, row }]) => [id, { x: column * columnWidth, y: row * rowHeight }] as const,
  )
  return new Map(placed)
}
