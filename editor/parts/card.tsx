import type { ReactNode } from 'react'
import { useId } from 'react'
import styles from './parts.module.css'

interface CardProps {
  readonly title?: ReactNode
  readonly actions?: ReactNode
  /** Without padding, for a table. */
  readonly isFilled?: boolean
  readonly children: ReactNode
}

/** A group of things that belong together. */
export function Card({ title, actions, isFilled = false, children }: CardProps) {
  const id = useId()
  return (
    <section className={styles.card} aria-labelledby={title ? id : undefined}>
      {title && (
        <div className={styles.cardHead}>
          <h2 id={id} className={styles.cardTitle}>
            {title}
          </h2>
          {actions}
        </div>
      )}
      {isFilled ? children : <div className={styles.cardBody}>{children}</div>}
    </section>
  )
}
