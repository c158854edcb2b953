import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { List, PhoneIncoming } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { callSorts } from '../../../server/schema/call.ts'
import { answer, client } from '../../api/client.ts'
import { Card } from '../../parts/card.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Pager } from '../../parts/pager.tsx'
import { EmptyState } from '../../parts/states.tsx'
import type { Sorting } from '../../parts/table.tsx'
import { Page } from '../../shell/page.tsx'
import { useMay } from '../../api/session.ts'
import { CallExport } from './call-export.tsx'
import { CallFilters } from './call-filters.tsx'
import { CallRows } from './call-rows.tsx'
import type { CallSearch } from './call-search.ts'

type Change = (change: CallSearch) => void

/** The address holds every filter, so that it can be shared; a filter that changes begins at page one. */
function useCallSearch(): readonly [CallSearch, Change] {
  const search = useSearch({ from: '/shell/calls' })
  const navigate = useNavigate()
  const change: Change = (changed) =>
    void navigate({ to: '/calls', search: { ...search, page: undefined, ...changed } })
  return [search, change]
}

const textual = (search: CallSearch): Record<string, string> =>
  Object.fromEntries(
    Object.entries(search).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, String(value)]],
    ),
  )

/** What narrows the list, without what only orders it. */
const filtersOf = ({ page: _, sort_by: _by, sort_order: _order, ...filters }: CallSearch) =>
  textual(filters)

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
  const mayExport = useMay('exportCalls')
  const isFiltered = Object.keys(textual(search)).length > 0
  return (
    <Page
      title={t('calls.title')}
      strip={<CallFilters search={search} change={change} />}
      actions={mayExport && <CallExport query={filtersOf(search)} />}
    >
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
