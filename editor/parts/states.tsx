import { Button } from '@mantine/core'
import type { LucideIcon } from 'lucide-react'
import { CloudOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/error.ts'
import { useProblemText } from './problem-text.ts'
import styles from './parts.module.css'

interface EmptyProps {
  readonly icon: LucideIcon
  readonly title: string
  /** What this place is for, and when something will appear. */
  readonly children: ReactNode
  readonly actions?: ReactNode
}

/** Where there is nothing yet. */
export function EmptyState({ icon: Icon, title, children, actions }: EmptyProps) {
  return (
    <div className={styles.state}>
      <Icon size={44} strokeWidth={1.4} color="var(--field)" aria-hidden />
      <h2>{title}</h2>
      <p>{children}</p>
      {actions}
    </div>
  )
}

/** What did not work, what still works, and a way to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation()
  const text = useProblemText()
  return (
    <div className={styles.state} role="alert">
      <CloudOff size={44} strokeWidth={1.4} color="var(--err)" aria-hidden />
      <h2>{t('common.error.title')}</h2>
      <p>{text(error)}</p>
      {onRetry && <Button onClick={onRetry}>{t('common.tryAgain')}</Button>}
      {error instanceof ApiError && (
        <p className="mono muted">
          {t('common.error.code', { code: error.code })}
          {error.requestId !== '' && ` · ${t('common.error.request', { id: error.requestId })}`}
        </p>
      )}
    </div>
  )
}

/** Rows of true height, for the first load only. */
export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  const { t } = useTranslation()
  return (
    <div role="status" aria-label={t('common.loading')}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} style={{ height: 40, padding: '13px 16px' }}>
          <div className={styles.skeleton} style={{ width: `${90 - ((index * 17) % 40)}%` }} />
        </div>
      ))}
    </div>
  )
}
