import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { CallSearch } from '../calls/call-search.ts'
import { useCallsBehind } from './report-context.ts'
import styles from './reports.module.css'

interface CallsLinkProps {
  readonly search: CallSearch
  /** What the calls are, where the figure beside it does not say so. */
  readonly label?: string
  readonly children: ReactNode
}

/** A figure that opens the calls behind it. */
export function CallsLink({ search, label, children }: CallsLinkProps) {
  const { t } = useTranslation()
  const behind = useCallsBehind()
  return (
    <Link
      to="/calls"
      search={behind(search)}
      className={styles.figure}
      {...(label === undefined ? {} : { 'aria-label': `${label}: ${String(children)}` })}
      title={t('reports.openCalls')}
    >
      {children}
    </Link>
  )
}
