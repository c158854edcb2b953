import { Button } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ShadowDifference, ShadowEnd, ShadowView } from '../../../server/schema/shadow.ts'
import { answer, client } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { differencesQuery, shadowQuery } from '../../api/trials.ts'
import { Loaded } from '../../parts/loaded.tsx'
import { OutcomeTag } from '../../parts/outcome-tag.tsx'
import { Pager } from '../../parts/pager.tsx'
import type { Column } from '../../parts/table.tsx'
import { Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { useChange } from '../../parts/use-change.ts'
import { titleOf } from '../kinds/kinds.ts'
import styles from '../parts/canary.module.css'
import { useWorkbench } from '../workbench.ts'

function End({ end }: { end: ShadowEnd }) {
  const { t } = useTranslation()
  const { policy, live } = useWorkbench()
  const node = policy.nodes[end.node] ?? live?.document?.nodes[end.node]
  return (
    <>
      <OutcomeTag outcome={end.outcome} />{' '}
      <span className="given">{node ? titleOf(node, t) : end.node}</span>
    </>
  )
}

function Differences() {
  const { t } = useTranslation()
  const { id } = useWorkbench()
  const [page, setPage] = useState(1)
  const found = useQuery({ ...differencesQuery(id, page), placeholderData: keepPreviousData })
  const columns: readonly Column<ShadowDifference>[] = [
    { key: 'when', head: t('trials.shadow.when'), width: 130, cell: ({ at }) => <Time at={at} /> },
    { key: 'now', head: t('trials.shadow.now'), cell: ({ live }) => <End end={live} /> },
    { key: 'then', head: t('trials.shadow.then'), cell: ({ draft }) => <End end={draft} /> },
    {
      key: 'call',
      head: t('trials.shadow.call'),
      align: 'end',
      cell: ({ ref }) => (
        <Link to="/calls/$ref" params={{ ref }} aria-label={t('trials.shadow.open', { ref })}>
          <span className="mono">{ref}</span>
        </Link>
      ),
    },
  ]
  return (
    <Loaded query={found}>
      {({ data, pagination }) =>
        data.length === 0 ? (
          <p className="muted">{t('trials.shadow.same')}</p>
        ) : (
          <>
            <Table
              label={t('trials.shadow.list')}
              columns={columns}
              rows={data}
              keyOf={(row) => String(row.id)}
            />
            {pagination.last_page > 1 && <Pager pagination={pagination} onPage={setPage} />}
          </>
        )
      }
    </Loaded>
  )
}

function Counts({ shadow }: { shadow: ShadowView }) {
  const { t } = useTranslation()
  const { compared, differing, skipped, startedAt, stoppedAt } = shadow
  return (
    <>
      <strong role="status">
        {t('trials.shadow.count', { count: compared, differing: String(differing) })}
      </strong>
      <span className="muted">
        {t(stoppedAt === null ? 'trials.shadow.running' : 'trials.shadow.over')}{' '}
        <Time at={stoppedAt ?? startedAt} />
      </span>
      {skipped > 0 && (
        <span className="muted">{t('trials.shadow.skipped', { count: skipped })}</span>
      )}
    </>
  )
}

function Buttons({ isRunning }: { isRunning: boolean }) {
  const { t } = useTranslation()
  const { id, policy, problems } = useWorkbench()
  const mayStart = useMay('startShadow')
  const hasErrors = problems.some(({ severity }) => severity === 'error')
  const param = { id }
  const start = useChange({
    run: () =>
      answer(client.api.policies[':id'].shadow.$post({ param, json: { draft: { ...policy } } })),
    renews: ['shadow'],
    done: t('trials.shadow.started'),
  })
  const stop = useChange({
    run: () => answer(client.api.policies[':id'].shadow.$delete({ param })),
    renews: ['shadow'],
    done: t('trials.shadow.stopped'),
  })
  if (!mayStart) return undefined
  return (
    <>
      <Button
        size="compact-sm"
        variant={isRunning ? 'default' : 'light'}
        disabled={hasErrors}
        loading={start.isPending}
        onClick={() => start.mutate(undefined)}
      >
        {t(isRunning ? 'trials.shadow.again' : 'trials.shadow.start')}
      </Button>
      {isRunning && (
        <Button
          size="compact-sm"
          variant="default"
          loading={stop.isPending}
          onClick={() => stop.mutate(undefined)}
        >
          {t('trials.shadow.stop')}
        </Button>
      )}
    </>
  )
}

/** A draft that decides silently beside live: what it would have done otherwise, as it happens. */
export function ShadowTab() {
  const { t } = useTranslation()
  const { id, live } = useWorkbench()
  const shadow = useQuery(shadowQuery(id))
  if (!live) return <p className={styles.tab}>{t('trials.shadow.notLive')}</p>
  return (
    <div className={styles.tab}>
      <Loaded query={shadow}>
        {(found) => (
          <>
            <div className={styles.tabHead}>
              {found ? <Counts shadow={found} /> : <strong>{t('trials.shadow.none')}</strong>}
              <Buttons isRunning={found?.stoppedAt === null} />
            </div>
            {found ? (
              <Differences key={found.id} />
            ) : (
              <p className="muted">{t('trials.shadow.noneText')}</p>
            )}
          </>
        )}
      </Loaded>
    </div>
  )
}
