import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Plus, Waypoints } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { policyList } from '../../api/policies.ts'
import { useMay } from '../../api/session.ts'
import { Card } from '../../parts/card.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { EmptyState } from '../../parts/states.tsx'
import type { Column } from '../../parts/table.tsx'
import { Table, TwoLines } from '../../parts/table.tsx'
import { Tag } from '../../parts/tag.tsx'
import { Time } from '../../parts/time.tsx'
import { Page } from '../../shell/page.tsx'
import { NewPolicy } from './new-policy.tsx'
import { ProblemTags } from './problem-tags.tsx'

type Summary = NonNullable<ReturnType<typeof usePolicies>['data']>[number]

function usePolicies() {
  return useQuery(policyList)
}

function useColumns(): readonly Column<Summary>[] {
  const { t } = useTranslation()
  return [
    {
      key: 'name',
      head: t('policies.name'),
      cell: ({ name, id }) => <TwoLines first={name} second={<span className="mono">{id}</span>} />,
    },
    {
      key: 'lines',
      head: t('policies.lines'),
      cell: ({ numbers }) =>
        numbers.length === 0
          ? t('policies.noLines')
          : numbers.map((number) => (number === '*' ? t('policies.allLines') : number)).join(', '),
    },
    {
      key: 'live',
      head: t('policies.live'),
      cell: ({ live }) =>
        live ? (
          <TwoLines
            first={<span className="mono">{live.release}</span>}
            second={<Time at={live.createdAt} />}
          />
        ) : (
          <Tag tone="outline">{t('policies.notLive')}</Tag>
        ),
    },
    {
      key: 'draft',
      head: t('policies.draft'),
      cell: ({ draft, fileDiffers }) => (
        <>
          {draft.edited && <Tag tone="accent">{t('policies.edited')}</Tag>}{' '}
          {draft.outdated && <Tag tone="warn">{t('policies.outdated')}</Tag>}{' '}
          {fileDiffers && <Tag tone="warn">{t('policies.fileDiffers')}</Tag>}
        </>
      ),
    },
    {
      key: 'problems',
      head: t('policies.problems'),
      cell: ({ problems }) => <ProblemTags problems={problems} />,
    },
  ]
}

/** Every policy one may read. */
export function Policies() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const columns = useColumns()
  const policies = usePolicies()
  const mayCreate = useMay('saveDraft')
  const [isCreating, setCreating] = useState(false)
  return (
    <Page
      title={t('policies.title')}
      actions={
        mayCreate && (
          <Button leftSection={<Plus size={15} aria-hidden />} onClick={() => setCreating(true)}>
            {t('policies.create')}
          </Button>
        )
      }
    >
      {isCreating && (
        <NewPolicy policies={policies.data ?? []} onClose={() => setCreating(false)} />
      )}
      <Card isFilled>
        <Loaded query={policies}>
          {(data) =>
            data.length === 0 ? (
              <EmptyState icon={Waypoints} title={t('policies.empty')}>
                {t('policies.emptyText')}
              </EmptyState>
            ) : (
              <Table
                label={t('policies.title')}
                columns={columns}
                rows={data}
                keyOf={({ id }) => id}
                onOpen={({ id }) => void navigate({ to: '/policies/$id', params: { id } })}
              />
            )
          }
        </Loaded>
      </Card>
    </Page>
  )
}
