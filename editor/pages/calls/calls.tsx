import { Button, Select, TextInput } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { List, PhoneIncoming } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { callSorts, callStatuses } from '../../../server/schema/call.ts'
import { answer, client } from '../../api/client.ts'
import { Card } from '../../parts/card.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Pager } from '../../parts/pager.tsx'
import { EmptyState } from '../../parts/states.tsx'
import type { Sorting } from '../../parts/table.tsx'
import { Page } from '../../shell/page.tsx'
import { CallRows } from './call-rows.tsx'
import type { CallSearch } from './call-search.ts'
import styles from './calls.module.css'

const outcomes = ['accept', 'ai_pickup', 'reject', 'voicemail'] as const
type Change = (change: CallSearch) => void

/** The address holds every filter, so that it can be shared; a filter that changes begins at page one. */
function useCallSearch(): readonly [CallSearch, Change] {
  const search = useSearch({ from: '/shell/calls' })
  const navigate = useNavigate()
  const change: Change = (changed) =>
    void navigate({ to: '/calls', search: { ...search, page: undefined, ...changed } })
  return [search, change]
}

function Filters({ search, change }: { search: CallSearch; change: Change }) {
  const { t } = useTranslation()
  const isSet = Object.keys(search).some((key) => !['page', 'sort_by', 'sort_order'].includes(key))
  return (
    <div className={styles.filters}>
      <Select
        label={t('calls.status')}
        placeholder={t('calls.anything')}
        data={callStatuses.map((value) => ({ value, label: t(`common.status.${value}`) }))}
        value={search.status ?? null}
        onChange={(value) => change({ status: callStatuses.find((status) => status === value) })}
        clearable
      />
      <Select
        label={t('calls.outcome')}
        placeholder={t('calls.anything')}
        data={outcomes.map((value) => ({ value, label: t(`common.outcome.${value}`) }))}
        value={search.outcome ?? null}
        onChange={(value) => change({ outcome: outcomes.find((outcome) => outcome === value) })}
        clearable
      />
      <TextInput
        type="date"
        label={t('calls.from')}
        value={search.from_date ?? ''}
        onChange={({ currentTarget }) => change({ from_date: currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        label={t('calls.to')}
        value={search.to_date ?? ''}
        onChange={({ currentTarget }) => change({ to_date: currentTarget.value || undefined })}
      />
      {isSet && (
        <Button
          variant="subtle"
          onClick={() =>
            change({
              status: undefined,
              outcome: undefined,
              from_date: undefined,
              to_date: undefined,
              contact_id: undefined,
            })
          }
        >
          {t('calls.clear')}
        </Button>
      )}
    </div>
  )
}

const textual = (search: CallSearch): Record<string, string> =>
  Object.fromEntries(
    Object.entries(search).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, String(value)]],
    ),
  )

/** The call log. */
export function Calls() {
  const { t } = useTranslation()
  const [search, change] = useCallSearch()
  const calls = useQuery({
    queryKey: ['calls', search],
    queryFn: () => answer(client.api.calls.$get({ query: { per_page: '25', ...textual(search) } })),
    placeholderData: keepPreviousData,
  })
  const sorting: Sorting = {
    by: search.sort_by ?? 'created_at',
    order: search.sort_order ?? 'desc',
  }
  const isFiltered = Object.keys(textual(search)).length > 0
  return (
    <Page title={t('calls.title')} strip={<Filters search={search} change={change} />}>
      <Card isFilled>
        <Loaded query={calls}>
          {({ data, pagination }) =>
            data.length === 0 ? (
              <EmptyState
                icon={isFiltered ? List : PhoneIncoming}
                title={t(isFiltered ? 'calls.noMatch' : 'calls.empty')}
              >
                {t(isFiltered ? 'calls.noMatchText' : 'calls.emptyText')}
              </EmptyState>
            ) : (
              <>
                <CallRows
                  calls={data}
                  label={t('calls.title')}
                  sorting={sorting}
                  onSort={({ by, order }) =>
                    change({ sort_by: callSorts.find((sort) => sort === by), sort_order: order })
                  }
                />
                <Pager pagination={pagination} onPage={(page) => change({ page })} />
              </>
            )
          }
        </Loaded>
      </Card>
    </Page>
  )
}
