import type { PointerEvent } from 'react'
import { useState } from 'react'
import styles from '../settings.module.css'
import type { Span } from './spans.ts'
import { dayMinutes } from './spans.ts'

/** Hours are drawn in steps of half an hour; typed, they may be any minute. */
const stepMinutes = 30

const place = ({ from, to }: Span) => ({
  insetInlineStart: `${(from / dayMinutes) * 100}%`,
  width: `${((to - from) / dayMinutes) * 100}%`,
})

interface TrackProps {
  readonly spans: readonly Span[]
  /** Hears of hours drawn by the mouse; the fields beside it are the way of the keyboard. */
  readonly onAdd?: (span: Span) => void
}

/** A day from midnight to midnight. */
export function Track({ spans, onAdd }: TrackProps) {
  const [drawn, setDrawn] = useState<{ start: number; end: number }>()
  const minuteAt = ({ clientX, currentTarget }: PointerEvent): number => {
    const { left, width } = currentTarget.getBoundingClientRect()
    const share = Math.min(1, Math.max(0, (clientX - left) / width))
    return Math.round((share * dayMinutes) / stepMinutes) * stepMinutes
  }
  const fresh = drawn && {
    from: Math.min(drawn.start, drawn.end),
    to: Math.max(drawn.start, drawn.end),
  }
  return (
    <div
      className={styles.track}
      data-draws={onAdd ? '' : undefined}
      aria-hidden
      onPointerDown={(event) => {
        if (!onAdd || event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        const start = minuteAt(event)
        setDrawn({ start, end: start })
      }}
      onPointerMove={(event) => drawn && setDrawn({ ...drawn, end: minuteAt(event) })}
      onPointerCancel={() => setDrawn(undefined)}
      onPointerUp={() => {
        setDrawn(undefined)
        if (fresh && fresh.to > fresh.from) onAdd?.(fresh)
      }}
    >
      {spans.map((span) => (
        <div key={`${span.from} ${span.to}`} className={styles.span} style={place(span)} />
      ))}
      {fresh && <div className={styles.span} data-tone="new" style={place(fresh)} />}
    </div>
  )
}
