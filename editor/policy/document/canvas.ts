import type { Policy, PolicyNode } from '../../../server/schema/policy.ts'
import { exitsOf, targetOf } from './exits.ts'
import type { Point } from './ladder.ts'
import { ladderLayout } from './ladder.ts'

/** Size of every node, in pixels (look, section 5). */
export const nodeSize = { width: 224, height: 70 } as const

export interface Exit {
  readonly name: string
  readonly to: string | undefined
  /** The main one and `unknown` leave below, the others to the end side. */
  readonly side: 'down' | 'unknown' | 'end'
}
export interface CanvasNode extends Point {
  readonly id: string
  readonly node: PolicyNode
  readonly isStart: boolean
  readonly exits: readonly Exit[]
}
export interface CanvasEdge {
  readonly id: string
  readonly from: string
  readonly exit: string
  readonly to: string
}
export interface CanvasNote extends Point {
  readonly id: string
  readonly text: string
}
export interface Canvas {
  readonly nodes: readonly CanvasNode[]
  readonly edges: readonly CanvasEdge[]
  readonly notes: readonly CanvasNote[]
}

const notePrefix = 'note:'

/** Layout entries that are notes begin with this word; a node of the same name goes first. */
export const isNote = (policy: Policy, id: string): boolean =>
  id.startsWith(notePrefix) && !Object.hasOwn(policy.nodes, id)

/** Where each node stands: as somebody put them, or as a ladder while no complete layout is stored. */
export function positionsOf(policy: Policy): ReadonlyMap<string, Point> {
  const { layout = {} } = policy
  const ids = Object.keys(policy.nodes)
  const stored = ids.flatMap((id) => {
    const point = Object.hasOwn(layout, id) ? layout[id] : undefined
    return point ? [[id, { x: point.x, y: point.y }] as const] : []
  })
  return stored.length === ids.length ? new Map(stored) : ladderLayout(policy)
}

export const edgeId = (from: string, exit: string): string => `${from} ${exit}`

/** A gate's way down is the exit whose target stands below it, otherwise its first one. */
function downOf(id: string, node: PolicyNode, positions: ReadonlyMap<string, Point>) {
  const names = exitsOf(node).filter((name) => name !== 'unknown')
  const own = positions.get(id)
  const below = names.find((name) => {
    const to = targetOf(node, name)
    const point = to === undefined ? undefined : positions.get(to)
    return point && own && point.y > own.y && Math.abs(point.x - own.x) < nodeSize.width
  })
  return below ?? ('exits' in node ? names[0] : undefined)
}

/** The drawing of a document. Every exit is an edge of its own, also when two lead to the same node. */
export function canvasOf(policy: Policy): Canvas {
  const positions = positionsOf(policy)
  const nodes = Object.entries(policy.nodes).map(([id, node]): CanvasNode => {
    const down = downOf(id, node, positions)
    const exits = exitsOf(node).map((name): Exit => {
      const side = name === 'unknown' ? 'unknown' : name === down ? 'down' : 'end'
      return { name, to: targetOf(node, name), side }
    })
    return {
      id,
      node,
      isStart: id === policy.start,
      exits,
      ...(positions.get(id) ?? { x: 0, y: 0 }),
    }
  })
  const edges = nodes.flatMap(({ id, exits }) =>
    exits.flatMap(({ name, to }) =>
      to !== undefined && Object.hasOwn(policy.nodes, to)
        ? [{ id: edgeId(id, name), from: id, exit: name, to }]
        : [],
    ),
  )
  const notes = Object.entries(policy.layout ?? {})
    .filter(([id]) => isNote(policy, id))
    .map(([id, { x, y, ...more }]) => {
      const text = more['text']
      return { id, x, y, text: typeof text === 'string' ? text : '' }
    })
  return { nodes, edges, notes }
}

/** Nodes in the order a walk can meet them, for the keyboard and lists. */
export function readingOrder(policy: Policy): string[] {
  const seen = new Set<string>()
  const waiting = [policy.start]
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    const node = Object.hasOwn(policy.nodes, id) ? policy.nodes[id] : undefined
    if (!node || seen.has(id)) continue
    seen.add(id)
    const targets = exitsOf(node).flatMap((exit) => targetOf(node, exit) ?? [])
    waiting.push(...targets)
  }
  return [...seen, ...Object.keys(policy.nodes).filter((id) => !seen.has(id))]
}
