import type { Edge, EdgeProps } from '@xyflow/react'
import { BaseEdge, EdgeLabelRenderer, Position } from '@xyflow/react'
import { Plus } from 'lucide-react'
import { memo } from 'react'
import type { Traffic } from '../workbench.ts'
import styles from './canvas.module.css'
import { routeOf } from './route.ts'

export interface WayData extends Record<string, unknown> {
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
    targetPosition,
    data,
    markerEnd,
    selected,
  } = props
  const { path, middle } = routeOf({
    from: { x: sourceX, y: sourceY },
    to: { x: targetX, y: targetY },
    leaves: sourcePosition === Position.Bottom ? 'down' : 'end',
    arrives: targetPosition === Position.Top ? 'top' : 'start',
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
