import { Tooltip } from '@mantine/core'
import { useIsFetching } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import type { ReactNode } from 'react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useLiveState } from '../api/live.ts'
import { Tag } from '../parts/tag.tsx'
import { openPalette } from './command-palette.tsx'
import styles from './shell.module.css'

interface PageProps {
  readonly title: string
  /** View switch and state, beside the title. */
  readonly beside?: ReactNode
  /** At the end of the bar; the one primary button among them. */
  readonly actions?: ReactNode
  /** Under the bar: filters, a traced call. */
  readonly strip?: ReactNode
  /** Without padding and scrolling of its own, for a canvas. */
  readonly isFilled?: boolean
  readonly children: ReactNode
}

/** Says when what is on screen may be old. */
function LiveTag() {
  const { t } = useTranslation()
  const state = useLiveState()
  if (state !== 'reconnecting') return undefined
  return (
    <Tooltip label={t('shell.reconnectingHint')}>
      <span>
        <Tag tone="warn">{t('shell.reconnecting')}</Tag>
      </span>
    </Tooltip>
  )
}

const modifier = navigator.platform.startsWith('Mac') ? '⌘K' : 'Ctrl K'

/** A page in the shell: its bar, what it is called, and its content. */
export function Page({ title, beside, actions, strip, isFilled = false, children }: PageProps) {
  const { t } = useTranslation()
  const isBusy = useIsFetching() > 0
  useEffect(() => {
    document.title = `${title} · ${t('common.product')}`
  }, [title, t])
  return (
    <>
      <header className={styles.top}>
        <h1 className={styles.title}>{title}</h1>
        {beside}
        <LiveTag />
        <div style={{ flex: 1 }} />
        <button type="button" className={styles.find} onClick={openPalette}>
          <Search size={15} aria-hidden />
          <span>{t('shell.find')}</span>
          <kbd aria-hidden>{modifier}</kbd>
        </button>
        {actions}
      </header>
      <div className={isBusy ? styles.progress : undefined} aria-hidden />
      {strip}
      <main
        id="content"
        tabIndex={-1}
        className={styles.content}
        style={isFilled ? { overflow: 'hidden', position: 'relative' } : { padding: 16 }}
      >
        {children}
      </main>
    </>
  )
}
