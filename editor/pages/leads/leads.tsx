import { SegmentedControl } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Download, PhoneMissed } from 'lucide-react'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LeadView } from '../../../server/schema/lead.ts'
import { leadSorts } from '../../../server/schema/lead.ts'
import { answer, client } from '../../api/client.ts'
import { Card } from '../../parts/card.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Pager } from '../../parts/pager.tsx'
import { readablePhone } from '../../parts/phone.ts'
import { EmptyState } from '../../parts/states.tsx'
import type { Column } from '../../parts/table.tsx'
import { Table, TwoLines } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { Page } from '../../shell/page.tsx'
import { LeadDrawer } from './lead-drawer.tsx'
import type { LeadSearch } from './lead-search.ts'
import { leadStates } from './lead-search.ts'
import styles from './leads.module.css'

const words = { open: 'open', closed: 'closed', all: 'everything' } as const

function Score({ score }: { score: number }) {
  return (
    <span className={styles.score}>
      <strong>{score}</strong>
      <span className={styles.meter} aria-hidden>
        <span style={{ width: `${score}%` }} />
      </span>
    </span>
  )
}

function useColumns(): readonly Column<LeadView>[] {
  const { t } = useTranslation()
  return [
    {
      key: 'score',
      head: t('leads.score'),
      sorts: true,
      width: 110,
      cell: ({ score }) => <Score score={score} />,
    },
    {
      key: 'caller',
      head: t('leads.caller'),
      cell: ({ name, phone, userId }) => (
        <TwoLines
          first={name ?? (phone && readablePhone(phone)) ?? t('common.unknownCaller')}
          second={
            name === null
              ? phone === null
                ? t('common.noNumber')
                : ''
              : ((phone && readablePhone(phone)) ?? userId)
          }
        />
      ),
    },
    { key: 'because', head: t('leads.because'), cell: ({ reasons }) => reasons.join(' · ') },
    {
      key: 'why',
      head: t('leads.why'),
      cell: ({ why }) => <span className="given">{why.text}</span>,
    },
    {
      key: 'attempts',
      head: t('leads.attempts'),
      align: 'end',
      sorts: true,
      cell: ({ attempts }) => attempts,
    },
    {
      key: 'last_call_at',
      head: t('leads.last'),
      sorts: true,
      cell: ({ lastCallAt }) => <Time at={lastCallAt} />,
    },
  ]
}

/** People who called, were not connected and left no word. */
export function Leads() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/shell/leads' })
  const navigate = useNavigate()
  const [chosen, setChosen] = useState<string>()
  const columns = useColumns()
  const change = (changed: LeadSearch) =>
    void navigate({ to: '/leads', search: { ...search, page: undefined, ...changed } })
  const state = search.state ?? 'open'
  const { sort_by = 'score', sort_order = 'desc', page = 1 } = search
  const query = { state, sort_by, sort_order, page: String(page), per_page: '25' }
  const leads = useQuery({
    queryKey: ['leads', query],
    queryFn: () => answer(client.api.reports['silent-leads'].$get({ query })),
    placeholderData: keepPreviousData,
  })
  const open = leads.data?.data.find(({ ref }) => ref === chosen)
  const csv = `/api/reports/silent-leads?${new URLSearchParams({ state, sort_by, sort_order, format: 'csv' })}`
  return (
    <Page
      title={t('leads.title')}
      beside={
        <SegmentedControl
          aria-label={t('leads.title')}
          data={leadStates.map((value) => ({ value, label: t(`leads.${words[value]}`) }))}
          value={state}
          onChange={(value) => change({ state: leadStates.find((one) => one === value) })}
        />
      }
      actions={
        <Button
          component="a"
          href={csv}
          download
          variant="default"
          leftSection={<Download size={15} aria-hidden />}
        >
          {t('common.export')}
        </Button>
      }
    >
      <Card isFilled>
        <Loaded query={leads}>
          {({ data, pagination }) =>
            data.length === 0 ? (
              <EmptyState icon={PhoneMissed} title={t('leads.empty')}>
                {t('leads.emptyText')}
              </EmptyState>
            ) : (
              <>
                <Table
                  label={t('leads.title')}
                  columns={columns}
                  rows={data}
                  keyOf={({ ref }) => ref}
                  chosen={chosen}
                  onOpen={({ ref }) => setChosen(ref)}
                  sorting={{ by: sort_by, order: sort_order }}
                  onSort={({ by, order }) =>
                    change({ sort_by: leadSorts.find((sort) => sort === by), sort_order: order })
                  }
                />
                <Pager pagination={pagination} onPage={(next) => change({ page: next })} />
              </>
            )
          }
        </Loaded>
      </Card>
      <LeadDrawer lead={open} onClose={() => setChosen(undefined)} />
    </Page>
  )
}
