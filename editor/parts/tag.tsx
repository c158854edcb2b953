import type { ReactNode } from 'react'
import styles from './parts.module.css'

export type Tone =
  'neutral' | 'accent' | 'accept' | 'ai' | 'vm' | 'rej' | 'warn' | 'err' | 'outline'

/** A word or two with a meaning of its own. */
export function Tag({
  tone = 'neutral',
  icon,
  children,
}: {
  tone?: Tone
  icon?: ReactNode
  children: ReactNode
}) {
  return (
    <span className={styles.tag} data-tone={tone}>
      {icon}
      {children}
    </span>
  )
}
