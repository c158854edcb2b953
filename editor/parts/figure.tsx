import type { ReactNode } from 'react'
import styles from './parts.module.css'

/** Figures side by side. */
export function Figures({ children }: { children: ReactNode }) {
  return <div className={`${styles.card} ${styles.figures}`}>{children}</div>
}

interface FigureProps {
  readonly name: string
  /** Absent while it is not known: a zero would be a lie. */
  readonly value: ReactNode
  readonly unit?: string
  readonly hint?: ReactNode
}

export function Figure({ name, value, unit, hint }: FigureProps) {
  return (
    <div className={styles.figure}>
      <div className={styles.figureName}>{name}</div>
      <div className={styles.figureValue}>
        {value ?? '–'}
        {unit && value !== undefined && <span className={styles.figureUnit}>{unit}</span>}
      </div>
      <div className="muted">{hint}</div>
    </div>
  )
}
