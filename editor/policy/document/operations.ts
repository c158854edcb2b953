import type { Policy, PolicyNode } from '../../../server/schema/policy.ts'
import { isNote, positionsOf } from './canvas.ts'
import { exitsOf, targetOf, withTarget } from './exits.ts'
import type { Point } from './ladder.ts'

export interface Way {
  readonly from: string
  readonly exit: string
}

const nodeOf = (policy: Policy, id: string): PolicyNode | undefined =>
  Object.hasOwn(policy.nodes, id) ? policy.nodes[id] : undefined

/** An id that no node has: the word itself, then with a number. */
export function freshId(policy: Pick<Policy, 'nodes' | 'layout'>, word: string): string {
  const isTaken = (id: string) =>
    Object.hasOwn(policy.nodes, id) || Object.hasOwn(policy.layout ?? {}, id)
  const stem = word.replace(/-\d+$/, '').slice(0, 56)
  if (!isTaken(stem)) return stem
  let number = 2
  while (isTaken(`${stem}-${number}`)) number += 1
  return `${stem}-${number}`
}

/** One node as it is now instead of as it was. */
export function setNode(policy: Policy, id: string, node: PolicyNode): Policy {
  if (!nodeOf(policy, id)) return policy
  return { ...policy, nodes: { ...policy.nodes, [id]: node } }
}

/** Leads an exit to a node, or nowhere. */
export function connect(policy: Policy, { from, exit }: Way, to: string | undefined): Policy {
  const node = nodeOf(policy, from)
  return node ? setNode(policy, from, withTarget(node, exit, to)) : policy
}

/** Whether a node can be reached from another; connecting the other way round would make a cycle. */
export function leadsTo(policy: Policy, from: string, to: string): boolean {
  const seen = new Set<string>()
  const waiting = [from]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === to) return true
    const node = nodeOf(policy, id)
    if (!node || seen.has(id)) continue
    seen.add(id)
    waiting.push(...exitsOf(node).flatMap((exit) => targetOf(node, exit) ?? []))
  }
  return false
}

function placed(policy: Policy, points: ReadonlyMap<string, Point>): Policy {
  const layout = { ...policy.layout }
  for (const [id, { x, y }] of points) layout[id] = { ...layout[id], x, y }
  return { ...policy, layout }
}

/** Moves nodes and notes. From then on the layout is somebody's own, and nothing moves by itself. */
export function move(policy: Policy, points: ReadonlyMap<string, Point>): Policy {
  return placed(policy, new Map([...positionsOf(policy), ...points]))
}

/** Back to the ladder; notes stay where they are. */
export function tidy(policy: Policy): Policy {
  const notes = Object.entries(policy.layout ?? {}).filter(([id]) => isNote(policy, id))
  const { layout: _, ...rest } = policy
  return notes.length > 0 ? { ...rest, layout: Object.fromEntries(notes) } : rest
}

interface Addition {
  readonly node: PolicyNode
  /** Where it goes; without one the ladder, or a place near, decides. */
  readonly at?: Point
  /** The exit that leads to it. */
  readonly after?: Way
}

const hasOwnLayout = ({ nodes, layout = {} }: Policy): boolean =>
  Object.keys(nodes).length > 0 && Object.keys(nodes).every((id) => Object.hasOwn(layout, id))

function besides(policy: Policy, after: Way | undefined): Point {
  const points = positionsOf(policy)
  const near = after ? points.get(after.from) : undefined
  const wanted = near ? { x: near.x, y: near.y + 122 } : { x: 0, y: 0 }
  const taken = [...points.values()]
  while (taken.some(({ x, y }) => Math.abs(x - wanted.x) < 224 && Math.abs(y - wanted.y) < 90))
    wanted.x += 340
  return wanted
}

/**
 * Adds a node. After an exit that led somewhere it is put between: its main way goes on to where the exit led.
 * @returns the document and the id of the new node
 */
export function add(policy: Policy, { node, at, after }: Addition): { policy: Policy; id: string } {
  const id = freshId(policy, node.kind.replace('_', '-'))
  const before = after && nodeOf(policy, after.from)
  const led = before && after ? targetOf(before, after.exit) : undefined
  const [main] = exitsOf(node)
  const grown = led !== undefined && main !== undefined ? healing(node, led) : node
  const isFirst = Object.keys(policy.nodes).length === 0 || !nodeOf(policy, policy.start)
  const place = at ?? (hasOwnLayout(policy) ? besides(policy, after) : undefined)
  const nodes = { ...policy.nodes, [id]: grown }
  const next = { ...policy, nodes, ...(isFirst ? { start: id } : {}) }
  const positioned = place ? placed(next, new Map([...positionsOf(policy), [id, place]])) : next
  return { policy: after ? connect(positioned, after, id) : positioned, id }
}

/** What is put between goes on by its main way; a gate's `unknown` too, so that nobody is lost. */
function healing(node: PolicyNode, to: string): PolicyNode {
  const exits = exitsOf(node).filter((exit, index) => index === 0 || exit === 'unknown')
  return exits.reduce((grown, exit) => withTarget(grown, exit, to), node)
}

/** Where callers go on when a node is gone: its main way, outside what is removed with it. */
function after(policy: Policy, id: string, gone: ReadonlySet<string>): string | undefined {
  const seen = new Set<string>()
  for (let at: string | undefined = id; at !== undefined && !seen.has(at);) {
    if (!gone.has(at)) return at
    seen.add(at)
    const node = nodeOf(policy, at)
    const targets = node ? exitsOf(node).map((exit) => targetOf(node, exit)) : []
    at = targets.find((to) => to !== undefined)
  }
  return undefined
}

/** Removes nodes and notes; what led to them leads to where they led. */
export function remove(policy: Policy, ids: ReadonlySet<string>): Policy {
  const healed = (node: PolicyNode): PolicyNode =>
    exitsOf(node).reduce((mended, exit) => {
      const to = targetOf(mended, exit)
      return to !== undefined && ids.has(to)
        ? withTarget(mended, exit, after(policy, to, ids))
        : mended
    }, node)
  const kept = Object.entries(policy.nodes).filter(([id]) => !ids.has(id))
  const nodes = Object.fromEntries(kept.map(([id, node]) => [id, healed(node)]))
  const start = ids.has(policy.start)
    ? (after(policy, policy.start, ids) ?? kept[0]?.[0] ?? policy.start)
    : policy.start
  const { layout, ...rest } = policy
  if (!layout) return { ...rest, start, nodes }
  const places = Object.entries(layout).filter(([id]) => !ids.has(id))
  return {
    ...rest,
    start,
    nodes,
    ...(places.length > 0 ? { layout: Object.fromEntries(places) } : {}),
  }
}

/** Nodes as they are carried from one policy to another. */
export interface Clip {
  readonly nodes: Readonly<Record<string, PolicyNode>>
  readonly points: Readonly<Record<string, Point>>
}

/** What copying takes along. */
export function copy(policy: Policy, ids: readonly string[]): Clip {
  const points = positionsOf(policy)
  const entries = ids.flatMap((id) => {
    const node = nodeOf(policy, id)
    return node ? [[id, node] as const] : []
  })
  const places = entries.map(([id]) => [id, points.get(id) ?? { x: 0, y: 0 }] as const)
  return { nodes: Object.fromEntries(entries), points: Object.fromEntries(places) }
}

/** Moved by this much, a copy does not hide what it was made from. */
const pasteOffset = { x: 40, y: 60 }

/**
 * Adds copies under fresh ids. Ways between them are kept; a way out is kept where its target exists here.
 * @returns the document and the ids of the copies
 */
export function paste(policy: Policy, { nodes, points }: Clip): { policy: Policy; ids: string[] } {
  const names = new Map<string, string>()
  const taken = { ...policy.nodes }
  for (const [id, node] of Object.entries(nodes)) {
    const fresh = freshId({ nodes: taken, layout: policy.layout }, id)
    names.set(id, fresh)
    taken[fresh] = node
  }
  const named = (node: PolicyNode): PolicyNode =>
    exitsOf(node).reduce((own, exit) => {
      const to = targetOf(own, exit)
      if (to === undefined) return own
      const kept = nodeOf(policy, to) ? to : undefined
      return withTarget(own, exit, names.get(to) ?? kept)
    }, node)
  const copies = Object.entries(nodes).map(
    ([id, node]) => [names.get(id) ?? id, named(node)] as const,
  )
  const places = Object.entries(points).map(
    ([id, { x, y }]) =>
      [names.get(id) ?? id, { x: x + pasteOffset.x, y: y + pasteOffset.y }] as const,
  )
  const ids = copies.map(([id]) => id)
  const isFirst = !nodeOf(policy, policy.start) && ids[0] !== undefined
  const grown = {
    ...policy,
    ...(isFirst ? { start: ids[0] ?? policy.start } : {}),
    nodes: { ...policy.nodes, ...Object.fromEntries(copies) },
  }
  return { policy: placed(grown, new Map([...positionsOf(policy), ...places])), ids }
}

/** Writes a note on the canvas; notes are part of the layout, which no call depends on. */
export function setNote(policy: Policy, id: string, note: Point & { text: string }): Policy {
  return { ...policy, layout: { ...policy.layout, [id]: { ...note } } }
}
