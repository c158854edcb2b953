import { MarkerType } from '@xyflow/react'
import type { PolicyDiff } from '../../../server/policy/diff.ts'
import type { PathStep } from '../../../server/schema/decision.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import type { Problem } from '../../../server/schema/problem.ts'
import type { WorstCase } from '../../../server/policy/validate/worst-case.ts'
import type { Marks, Traffic } from '../workbench.ts'
import type { CanvasNode } from '../document/canvas.ts'
import { canvasOf, edgeId, nodeSize, readingOrder } from '../document/canvas.ts'
import type { GoneWay } from '../document/with-removed.ts'
import type { NoteNodeType } from './note-node.tsx'
import type { StepNodeType } from './step-node.tsx'
import type { Port, WayEdgeType } from './way-edge.tsx'

export type FlowNode = StepNodeType | NoteNodeType

export interface Overlay {
  readonly problems?: readonly Problem[] | undefined
  readonly diff?: PolicyDiff | undefined
  /** Ways that there were, to steps that are drawn as removed. */
  readonly gone?: readonly GoneWay[] | undefined
  /** Nodes that a traced call passed. */
  readonly path?: readonly PathStep[] | undefined
  /** What was seen at a node, to stand beside its lit way. */
  readonly seen?: ReadonlyMap<string, string> | undefined
  /** Calls that went each way. */
  readonly traffic?: ReadonlyMap<string, Traffic> | undefined
  readonly marks?: Marks | undefined
  /** When each step is left at the latest. */
  readonly worst?: WorstCase | undefined
  readonly connect?: ((id: string, exit: string) => void) | undefined
  readonly insert?: ((id: string, exit: string) => void) | undefined
  readonly writeNote?: ((id: string, text: string) => void) | undefined
  readonly insertLabel: string
}

/** Where an edge arrives: from above if its target stands below, otherwise at the start side. */
function portOf(exit: string, side: string, from: CanvasNode, to: CanvasNode): Port {
  const isBelow = to.y > from.y + nodeSize.height / 2
  const isSameColumn = Math.abs(to.x - from.x) < nodeSize.width
  if (side === 'end') return to.x > from.x + nodeSize.width ? 'start' : 'top'
  if (!isSameColumn && to.x > from.x) return 'start'
  return exit === 'unknown' && isSameColumn && isBelow ? 'lane' : 'top'
}

const colourOf = (isLit: boolean, isUnknown: boolean, change?: string): string => {
  if (isLit) return isUnknown ? 'var(--warn)' : 'var(--accent)'
  if (change === 'added') return 'var(--accent)'
  return change === 'removed' ? 'var(--err)' : 'var(--field)'
}

/** What React Flow draws, from the document and what lies over it. */
export function flowOf(
  policy: Policy,
  overlay: Overlay,
): { nodes: FlowNode[]; edges: WayEdgeType[] } {
  const canvas = canvasOf(policy)
  const { problems = [], diff, path } = overlay
  const steps = new Map(path?.map(({ node, exit }, index) => [node, { step: index + 1, exit }]))
  const changes = new Map(diff?.nodes.map(({ id, change }) => [id, change]))
  const byId = new Map(canvas.nodes.map((item) => [item.id, item]))
  const order = new Map(readingOrder(policy).map((id, index) => [id, index]))
  const most = Math.max(1, ...[...(overlay.traffic?.values() ?? [])].map(({ calls }) => calls))
  const { perNode = {} } = overlay.worst ?? {}
  const reachedAt = new Map<string, number>()
  for (const { from, to } of canvas.edges)
    reachedAt.set(to, Math.max(reachedAt.get(to) ?? 0, perNode[from] ?? 0))
  /** Only where the worst case rises: there a fact is waited for. */
  const waitsMs = (id: string): number | undefined => {
    const until = perNode[id] ?? 0
    return until > (reachedAt.get(id) ?? 0) ? until : undefined
  }
  const nodes = canvas.nodes.map((item): StepNodeType => {
    const own = problems.filter(({ node }) => node === item.id)
    const errors = own.filter(({ severity }) => severity === 'error').length
    return {
      id: item.id,
      type: 'step',
      position: { x: item.x, y: item.y },
      width: nodeSize.width,
      height: nodeSize.height,
      data: {
        item,
        errors,
        warnings: own.length - errors,
        change: changes.get(item.id),
        failing: overlay.marks?.failing.get(item.id) ?? 0,
        waitsMs: waitsMs(item.id),
        lit: path && (steps.get(item.id) ?? 'off'),
        connect: overlay.connect,
      },
    }
  })
  nodes.sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0))
  const notes = canvas.notes.map(({ id, x, y, text }): NoteNodeType => ({
    id,
    type: 'note',
    position: { x, y },
    data: { text, write: overlay.writeNote },
  }))
  const gone = (overlay.gone ?? []).map((way) => ({
    ...way,
    id: `was ${edgeId(way.from, way.exit)}`,
    isGone: true,
  }))
  const ways = [...canvas.edges.map((way) => ({ ...way, isGone: false })), ...gone]
  const edges = ways.flatMap(({ id, from, exit, to, isGone }): WayEdgeType[] => {
    const [source, target] = [byId.get(from), byId.get(to)]
    if (!source || !target) return []
    const side = source.exits.find(({ name }) => name === exit)?.side ?? 'end'
    const isLit = steps.get(from)?.exit === exit && steps.has(to)
    const isUnknown = exit === 'unknown'
    const isAdded = changes.get(from) === 'added' || changes.get(to) === 'added'
    const isRemoved = isGone || changes.get(from) === 'removed'
    const change = isRemoved ? 'removed' : isAdded ? 'added' : undefined
    return [
      {
        id,
        type: 'way',
        source: from,
        sourceHandle: exit,
        target: to,
        markerEnd: {
          type: MarkerType.ArrowClosed,
          width: 14,
          height: 14,
          color: colourOf(isLit, isUnknown, change),
          markerUnits: 'userSpaceOnUse',
        },
        zIndex: isLit ? 1 : 0,
        data: {
          port: portOf(exit, side, source, target),
          isUnknown,
          isLit,
          change,
          isUncovered: overlay.marks?.uncovered.has(id) ?? false,
          traffic: overlay.traffic && (overlay.traffic.get(id) ?? { calls: 0 }),
          share: (overlay.traffic?.get(id)?.calls ?? 0) / most,
          seen: isLit ? overlay.seen?.get(from) : undefined,
          insert: overlay.insert,
          insertLabel: overlay.insertLabel,
        },
      },
    ]
  })
  return { nodes: [...nodes, ...notes], edges }
}
