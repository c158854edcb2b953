import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Activity, Pause, Play } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LiveEvent } from '../../api/live.ts'
import { useLive, useLiveState } from '../../api/live.ts'
import { Card } from '../../parts/card.tsx'
import { OutcomeTag } from '../../parts/outcome-tag.tsx'
import { EmptyState } from '../../parts/states.tsx'
import { Table } from '../../parts/table.tsx'
import type { Column } from '../../parts/table.tsx'
import { Tag } from '../../parts/tag.tsx'
import { Time } from '../../parts/time.tsx'
import { Page } from '../../shell/page.tsx'
import { isTyping, singleLetters } from '../../shell/single-letters.ts'
import { TodayFigures } from '../home/today-figures.tsx'

/** Rows kept on the page; the call log has them all. */
const most = 200

const textIn = (doc: LiveEvent['doc'], key: string): string | undefined => {
  const value = doc[key]
  return typeof value === 'string' ? value : undefined
}

/** What an event says besides what it is. */
const detailOf = ({ doc }: LiveEvent): string =>
  ['why', 'status', 'reason', 'text', 'agent', 'policy', 'release', 'node', 'delivery']
    .flatMap((key) => textIn(doc, key) ?? [])
    .join(' · ')

function useFeed() {
  const [events, setEvents] = useState<readonly LiveEvent[]>([])
  const [waiting, setWaiting] = useState<readonly LiveEvent[]>([])
  const [isPaused, setPaused] = useState(false)
  const paused = useRef(false)
  useEffect(() => {
    paused.current = isPaused
  }, [isPaused])
  useLive(
    useCallback((event: LiveEvent) => {
      const add = (old: readonly LiveEvent[]) => [event, ...old].slice(0, most)
      if (paused.current) setWaiting(add)
      else setEvents(add)
    }, []),
  )
  const toggle = () => {
    if (isPaused) {
      setEvents((old) => [...waiting, ...old].slice(0, most))
      setWaiting([])
    }
    setPaused(!isPaused)
  }
  return { events, waiting: waiting.length, isPaused, toggle }
}

/** Calls as they arrive and are decided. */
export function Live() {
  const { t } = useTranslation()
  const state = useLiveState()
  const { events, waiting, isPaused, toggle } = useFeed()
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== ' ' || isTyping(event) || !singleLetters.isOn()) return
      if (event.target instanceof HTMLElement && event.target.closest('button, a')) return
      event.preventDefault()
      toggle()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })
  const columns: readonly Column<LiveEvent>[] = [
    { key: 'at', head: t('live.at'), width: 130, cell: ({ at }) => <Time at={at} /> },
    { key: 'what', head: t('live.what'), width: 170, cell: ({ type }) => t(`live.event.${type}`) },
    {
      key: 'outcome',
      head: t('home.outcome'),
      width: 150,
      cell: ({ doc }) => {
        const outcome = textIn(doc, 'outcome')
        return outcome === undefined ? undefined : <OutcomeTag outcome={outcome} />
      },
    },
    {
      key: 'detail',
      head: t('live.detail'),
      cell: (event) => <span className="given">{detailOf(event)}</span>,
    },
    {
      key: 'call',
      head: t('calls.call'),
      cell: ({ doc }) => {
        const ref = textIn(doc, 'ref')
        return (
          ref !== undefined && (
            <Link to="/calls/$ref" params={{ ref }} className="mono">
              {ref}
            </Link>
          )
        )
      },
    },
    {
      key: 'ms',
      head: t('home.decidedIn'),
      align: 'end',
      cell: ({ doc }) => (typeof doc['ms'] === 'number' ? `${doc['ms'].toFixed(1)} ms` : undefined),
    },
  ]
  return (
    <Page
      title={t('live.title')}
      beside={state === 'connected' && <Tag tone="accept">{t('shell.connected')}</Tag>}
      actions={
        <Button
          variant="default"
          leftSection={isPaused ? <Play size={15} aria-hidden /> : <Pause size={15} aria-hidden />}
          onClick={toggle}
        >
          {isPaused && waiting > 0
            ? t('live.waiting', { count: waiting })
            : t(isPaused ? 'live.go' : 'live.pause')}
        </Button>
      }
    >
      <div style={{ display: 'grid', gap: 14 }}>
        <TodayFigures />
        <Card isFilled>
          {events.length === 0 ? (
            <EmptyState icon={Activity} title={t('live.empty')}>
              {t('live.emptyText')}
            </EmptyState>
          ) : (
            <Table
              label={t('live.title')}
              columns={columns}
              rows={events}
              keyOf={({ id, type }) => `${id} ${type}`}
            />
          )}
        </Card>
      </div>
    </Page>
  )
}
