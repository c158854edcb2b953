import type { PolicyDiff } from '../../../server/policy/diff.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import { edgesOf } from '../../../server/schema/policy.ts'
import { nodeSize, positionsOf } from './canvas.ts'
import type { Point } from './ladder.ts'

/** A way of the document before that the one after does not have. */
export interface GoneWay {
  readonly from: string
  readonly exit: string
  readonly to: string
}

const gap = 30

/** The nearest place below where nothing stands. */
function freePlace(at: Point, taken: readonly Point[]): Point {
  const isTaken = taken.some(
    (one) =>
      Math.abs(one.x - at.x) < nodeSize.width + gap &&
      Math.abs(one.y - at.y) < nodeSize.height + gap,
  )
  return isTaken ? freePlace({ x: at.x, y: at.y + nodeSize.height + 2 * gap }, taken) : at
}

/**
 * A document with the steps that it lost, each about where it stood, for a picture of what changed; and the
 * ways that led to them. To be looked at only: an exit that goes elsewhere now goes where it goes now.
 */
export function withRemoved(
  before: Policy,
  after: Policy,
  diff: PolicyDiff,
): { readonly policy: Policy; readonly gone: readonly GoneWay[] } {
  const removed = diff.nodes.filter(({ change }) => change === 'removed').map(({ id }) => id)
  if (removed.length === 0) return { policy: after, gone: [] }
  const [was, is] = [positionsOf(before), positionsOf(after)]
  const places = new Map(is)
  for (const id of removed)
    places.set(id, freePlace(was.get(id) ?? { x: 0, y: 0 }, [...places.values()]))
  const lost = removed.flatMap((id) => {
    const node = before.nodes[id]
    return node ? [[id, node] as const] : []
  })
  const notes = Object.entries(after.layout ?? {}).filter(([id]) => !is.has(id))
  const gone = Object.entries(before.nodes).flatMap(([from, node]) =>
    Object.hasOwn(after.nodes, from)
      ? edgesOf(node).flatMap(({ exit, to }) => (removed.includes(to) ? [{ from, exit, to }] : []))
      : [],
  )
  return {
    policy: {
      ...after,
      nodes: { ...after.nodes, ...Object.fromEntries(lost) },
      layout: Object.fromEntries([
        ...[...places].map(([id, { x, y }]) => [id, { x, y }] as const),
        ...notes,
      ]),
    },
    gone,
  }
}
