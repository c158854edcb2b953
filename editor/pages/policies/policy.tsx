import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { CircleCheck } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Problem } from '../../../server/schema/problem.ts'
import { answer, client } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { Card } from '../../parts/card.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import type { Column } from '../../parts/table.tsx'
import { Table } from '../../parts/table.tsx'
import { Tag } from '../../parts/tag.tsx'
import { Time } from '../../parts/time.tsx'
import { useChange } from '../../parts/use-change.ts'
import { Page } from '../../shell/page.tsx'
import styles from '../settings/settings.module.css'
import { Compare } from './compare.tsx'
import { ProblemTags } from './problem-tags.tsx'

interface Release {
  readonly release: string
  readonly author: string
  readonly comment: string
  readonly createdAt: string
  readonly live: boolean
}

function Releases({ id }: { id: string }) {
  const { t } = useTranslation()
  const mayRollBack = useMay('rollBackPolicy')
  const [chosen, setChosen] = useState<Release>()
  const [compared, setCompared] = useState<{ before: string; after: string }>()
  const param = { id }
  const releases = useQuery({
    queryKey: ['policies', id, 'releases'],
    queryFn: async () => (await answer(client.api.policies[':id'].releases.$get({ param }))).data,
  })
  const rollBack = useChange({
    run: ({ release }: Release) =>
      answer(client.api.policies[':id'].rollback.$post({ param, json: { release } })),
    renews: ['policies'],
    done: t('policies.rolledBack'),
    onDone: () => setChosen(undefined),
  })
  const all: readonly Release[] = releases.data ?? []
  const before = (one: Release): string | undefined =>
    all[all.findIndex(({ release }) => release === one.release) + 1]?.release
  const columns: readonly Column<Release>[] = [
    {
      key: 'release',
      head: t('policies.release'),
      cell: ({ release, live }) => (
        <div className={styles.row}>
          <span className="mono">{release}</span>
          {live && <Tag tone="accept">{t('policies.liveNow')}</Tag>}
        </div>
      ),
    },
    { key: 'when', head: t('policies.when'), cell: ({ createdAt }) => <Time at={createdAt} /> },
    {
      key: 'author',
      head: t('policies.author'),
      cell: ({ author }) => <span className="given">{author}</span>,
    },
    {
      key: 'comment',
      head: t('policies.comment'),
      cell: ({ comment }) => <span className="given">{comment}</span>,
    },
    {
      key: 'actions',
      head: <span className="unseen">{t('policies.rollBack')}</span>,
      align: 'end',
      cell: (release) => (
        <div className={styles.row} style={{ justifyContent: 'flex-end' }}>
          {before(release) !== undefined && (
            <Button
              variant="subtle"
              size="compact-sm"
              aria-label={t('policies.compareWith', { release: release.release })}
              onClick={() => setCompared({ before: before(release) ?? '', after: release.release })}
            >
              {t('policies.compare')}
            </Button>
          )}
          {!release.live && mayRollBack && (
            <Button
              variant="default"
              size="compact-sm"
              aria-label={`${t('policies.rollBack')}: ${release.release}`}
              onClick={() => setChosen(release)}
            >
              {t('policies.rollBack')}
            </Button>
          )}
        </div>
      ),
    },
  ]
  return (
    <Card title={t('policies.releases')} isFilled>
      <Loaded query={releases}>
        {(data) => (
          <Table
            label={t('policies.releases')}
            columns={columns}
            rows={data}
            keyOf={({ release }) => release}
          />
        )}
      </Loaded>
      {compared && (
        <Compare id={id} releases={all} first={compared} onClose={() => setCompared(undefined)} />
      )}
      <Confirm
        isOpen={chosen !== undefined}
        title={t('policies.rollBackTitle', { seq: chosen?.release ?? '' })}
        text={t('policies.rollBackText')}
        action={t('policies.rollBack')}
        isBusy={rollBack.isPending}
        onConfirm={() => chosen && rollBack.mutate(chosen)}
        onClose={() => setChosen(undefined)}
      />
    </Card>
  )
}

function Problems({ problems }: { problems: readonly Problem[] }) {
  const { t } = useTranslation()
  if (problems.length === 0)
    return (
      <p className={styles.row}>
        <CircleCheck size={16} color="var(--accept)" aria-hidden />
        {t('policies.noProblems')}
      </p>
    )
  return (
    <ul className={styles.checks}>
      {problems.map((problem, index) => (
        <li key={index}>
          <ProblemTags problems={[problem]} /> <span className="given">{problem.message}</span>
          {problem.hint && <p className="muted given">{problem.hint}</p>}
        </li>
      ))}
    </ul>
  )
}

/** A policy: what is live, what is wrong with it, and its releases. */
export function PolicyPage() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/shell/policies/$id/history' })
  const policy = useQuery({
    queryKey: ['policies', id],
    queryFn: () => answer(client.api.policies[':id'].$get({ param: { id } })),
  })
  return (
    <Page title={policy.data?.name ?? id}>
      <div className={styles.section}>
        <Loaded query={policy}>
          {({ problems }) => (
            <Card title={t('policies.problems')}>
              <Problems problems={problems} />
            </Card>
          )}
        </Loaded>
        <Releases id={id} />
      </div>
    </Page>
  )
}
