import type { Policy, PolicyNode } from '../../schema/policy.ts'
import { exitsOf, targetOf, withTarget } from '../exits.ts'
import type { Row } from './rows.ts'
import { rowsOf } from './rows.ts'

/** Whether a line is the main way on from the step it is reached from, at the same depth. */
function isOn(row: Row | undefined, rows: readonly Row[]): boolean {
  const from = row?.from
  const before = from && rows.find(({ type, id }) => type === 'step' && id === from.step)
  if (!row || !from || !before || before.depth !== row.depth) return false
  return from.lead === 'otherwise' || from.lead === 'always' || from.exits[0] === 'next'
}

/** A step and what is indented under it. */
function withIndented(rows: readonly Row[], id: string): Set<string> {
  const at = rows.findIndex((row) => row.type === 'step' && row.id === id)
  const own = rows[at]
  const owned = new Set<string>([id])
  if (!own) return owned
  for (const row of rows.slice(at + 1)) {
    if (row.depth <= own.depth) break
    if (row.type === 'step') owned.add(row.id)
  }
  return owned
}

/** Leads the exits of some steps that lead to one node to another one. */
function redirect(
  nodes: Readonly<Record<string, PolicyNode>>,
  ids: ReadonlySet<string>,
  { from, to }: { from: string; to: string | undefined },
): Record<string, PolicyNode> {
  const changed = Object.entries(nodes).map(([id, node]): [string, PolicyNode] => {
    if (!ids.has(id)) return [id, node]
    const exits = exitsOf(node).filter((exit) => targetOf(node, exit) === from)
    return [id, exits.reduce((led, exit) => withTarget(led, exit, to), node)]
  })
  return Object.fromEntries(changed)
}

function isCircular(policy: Policy, start: string): boolean {
  const seen = new Set<string>()
  const next = (id: string): string[] => {
    const node = Object.hasOwn(policy.nodes, id) ? policy.nodes[id] : undefined
    return node ? exitsOf(node).flatMap((exit) => targetOf(node, exit) ?? []) : []
  }
  const waiting = next(start)
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === start) return true
    if (seen.has(id)) continue
    seen.add(id)
    waiting.push(...next(id))
  }
  return false
}

/** The step before changes places with this one. Rows are those of the policy. */
function swapped(policy: Policy, rows: readonly Row[], row: Row): Policy | undefined {
  const before = row.from?.step
  const on = rows.find((one) => one.from?.step === row.id && isOn(one, rows))
  const flat = on ?? rows.find(({ from }) => from?.step === row.id && from.lead === 'otherwise')
  if (before === undefined || !flat) return undefined
  const after = flat.type === 'nowhere' ? undefined : flat.id
  const mine = withIndented(rows, row.id)
  const theirs = withIndented(rows, before)
  const others = new Set(Object.keys(policy.nodes).filter((id) => !mine.has(id) && !theirs.has(id)))
  const led = redirect(policy.nodes, others, { from: before, to: row.id })
  const moved = redirect(led, theirs, { from: row.id, to: after })
  const nodes = after === undefined ? moved : redirect(moved, mine, { from: after, to: before })
  const own = nodes[row.id]
  const open = after === undefined ? flat.from?.exits[0] : undefined
  const whole =
    own && open !== undefined ? { ...nodes, [row.id]: withTarget(own, open, before) } : nodes
  const start = policy.start === before ? row.id : policy.start
  const next = { ...policy, start, nodes: whole }
  return isCircular(next, row.id) || isCircular(next, before) ? undefined : next
}

/**
 * Moves a step before or behind its neighbour of the same depth; what is indented under it goes along, and
 * what led to the next step leads to the new next one.
 * @returns undefined where it has no such neighbour, or where callers would go in a circle
 */
export function moveStep(policy: Policy, id: string, way: 'up' | 'down'): Policy | undefined {
  const rows = rowsOf(policy)
  const own = rows.find((row) => row.type === 'step' && row.id === id)
  if (!own) return undefined
  if (way === 'up') return isOn(own, rows) ? swapped(policy, rows, own) : undefined
  const next = rows.find((row) => row.type === 'step' && row.from?.step === id && isOn(row, rows))
  return next && swapped(policy, rows, next)
}
