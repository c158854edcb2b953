import type { Edge, EdgeProps } from '@xyflow/react'
import { BaseEdge, EdgeLabelRenderer, Position } from '@xyflow/react'
import { Plus } from 'lucide-react'
import { memo } from 'react'
import { nodeSize } from '../document/canvas.ts'
import type { Traffic } from '../workbench.ts'
import styles from './canvas.module.css'
import { routeOf } from './route.ts'

/** Where a way arrives: from above, from above in the lane of `unknown`, or at the start side. */
export type Port = 'top' | 'lane' | 'start'

/** Of a step's width, as in the style sheet: where exits leave below, where `unknown` does, and half a port. */
const [below, lane, halfPort] = [0.46, 0.82, 5]
/**
 * From the one handle that a step has for what arrives: more of them are as many more listeners, which a
 * drawing of hundreds of steps feels at every move.
 */
const offsets: Readonly<Record<Port, { x: number; y: number }>> = {
  top: { x: 0, y: 0 },
  lane: { x: nodeSize.width * (lane - below), y: 0 },
  start: { x: -nodeSize.width * below - halfPort, y: halfPort + nodeSize.height / 2 },
}

export interface WayData extends Record<string, unknown> {
  readonly port: Port
  readonly isUnknown: boolean
  /** A traced call came this way. */
  readonly isLit: boolean
  /** Value and milliseconds, beside a lit way. */
  readonly seen?: string | undefined
  /** No case came this way. */
  readonly isUncovered?: boolean
  readonly traffic?: Traffic | undefined
  /** Of the calls on the busiest way, 0 to 1. */
  readonly share?: number
  readonly change?: 'added' | 'removed' | undefined
  /** Puts a step in between; without it the drawing is for looking. */
  readonly insert?: ((id: string, exit: string) => void) | undefined
  readonly insertLabel: string
}
export type WayEdgeType = Edge<WayData, 'way'>

/** `12`, or `12 → 9` where something would change. */
const figureOf = (calls: number, was: number | undefined): string =>
  was === undefined || was === calls ? String(calls) : `${was} → ${calls}`

/** An exit's way: right-angled; `unknown` is dashed and runs in its own lane. */
export const WayEdge = memo((props: EdgeProps<WayEdgeType>) => {
  const {
    id,
    source,
    sourceHandleId,
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition,
    data,
    markerEnd,
    selected,
  } = props
  const port = data?.port ?? 'top'
  const off = offsets[port]
  const { path, middle } = routeOf({
    from: { x: sourceX, y: sourceY },
    to: { x: targetX + off.x, y: targetY + off.y },
    leaves: sourcePosition === Position.Bottom ? 'down' : 'end',
    arrives: port === 'start' ? 'start' : 'top',
  })
  const state = data?.isLit ? (data.isUnknown ? 'warn' : 'lit') : (data?.change ?? 'rest')
  const { calls = 0, was } = data?.traffic ?? {}
  const moved = was === undefined ? 0 : calls - was
  const figure = data?.traffic && (calls > 0 || moved !== 0) ? figureOf(calls, was) : undefined
  const place = { transform: `translate(-50%, -50%) translate(${middle.x}px, ${middle.y}px)` }
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        markerEnd={markerEnd}
        interactionWidth={16}
        className={styles.way}
        data-state={state}
        data-unknown={data?.isUnknown || undefined}
        data-selected={selected || undefined}
        data-uncovered={data?.isUncovered || undefined}
        data-change={moved === 0 ? undefined : moved > 0 ? 'more' : 'fewer'}
        {...(data?.traffic ? { style: { strokeWidth: 1.5 + 6.5 * (data.share ?? 0) } } : {})}
      />
      {data && (data.seen !== undefined || figure !== undefined || (selected && data.insert)) && (
        <EdgeLabelRenderer>
          <div className={`${styles.wayLabel} nodrag nopan`} style={place}>
            {figure !== undefined && <span className="mono">{figure}</span>}
            {data.seen !== undefined && <span className="mono">{data.seen}</span>}
            {selected && data.insert && (
              <button
                type="button"
                className={styles.insert}
                onClick={() => data.insert?.(source, sourceHandleId ?? '')}
                aria-label={data.insertLabel}
              >
                <Plus size={13} aria-hidden />
              </button>
            )}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  )
})
WayEdge.displayName = 'WayEdge'
