import { Button } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Download, PhoneMissed, SlidersHorizontal } from 'lucide-react'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LeadView } from '../../../server/schema/lead.ts'
import { leadSorts } from '../../../server/schema/lead.ts'
import { answer, client } from '../../api/client.ts'
import { Card } from '../../parts/card.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Pager } from '../../parts/pager.tsx'
import { EmptyState } from '../../parts/states.tsx'
import { Table } from '../../parts/table.tsx'
import { Page } from '../../shell/page.tsx'
import { BulkBar } from './bulk-bar.tsx'
import type { Selection } from './lead-columns.tsx'
import { useLeadColumns } from './lead-columns.tsx'
import { AskDialog, CallDialog, ConvertDialog, DismissDialog } from './lead-dialogs.tsx'
import { LeadDrawer } from './lead-drawer.tsx'
import { LeadFilters, useSetFilters } from './lead-filters.tsx'
import { useLeadName } from './lead-name.ts'
import type { LeadSearch } from './lead-search.ts'
import { queryOf, withUsual } from './lead-search.ts'
import { LeadViews } from './lead-views.tsx'
import styles from './leads.module.css'
import { useLeadActions } from './use-lead-actions.ts'
import type { LeadKey } from './use-lead-keys.ts'
import { useLeadKeys } from './use-lead-keys.ts'

type Actions = ReturnType<typeof useLeadActions>

/** The address holds every filter and the open lead, so that it can be shared. */
function useLeadSearch() {
  const search = useSearch({ from: '/shell/leads' })
  const navigate = useNavigate()
  const show = (next: LeadSearch) => void navigate({ to: '/leads', search: next })
  const open = (lead: string | undefined) =>
    void navigate({ to: '/leads', search: { ...search, lead }, replace: true })
  return { search, show, open }
}

/** Which rows are chosen; a row that is not on the page any more is not chosen either. */
function useSelection(
  leads: readonly LeadView[],
): Selection & { chosen: LeadView[]; clear: () => void } {
  const [refs, setRefs] = useState<ReadonlySet<string>>(new Set())
  const toggle = (ref: string) =>
    setRefs((before) => new Set(before.has(ref) ? [...before].filter((one) => one !== ref) : [...before, ref])) // prettier-ignore
  return {
    refs,
    toggle,
    setAll: (isOn) => setRefs(new Set(isOn ? leads.map(({ ref }) => ref) : [])),
    clear: () => setRefs(new Set()),
    chosen: leads.filter(({ ref }) => refs.has(ref)),
  }
}

function Dialogs({ actions }: { actions: Actions }) {
  const { t } = useTranslation()
  const nameOf = useLeadName()
  const { dialog, setDialog, apply, take } = actions
  if (!dialog) return undefined
  const { lead, name } = dialog
  const onClose = () => setDialog(undefined)
  const title = t('leads.outcome.dismissTitle', { name: nameOf(lead).name })
  switch (name) {
    case 'call':
      return <CallDialog lead={lead} onClose={onClose} onWay={(way) => take(lead, way)} />
    case 'ask':
      return <AskDialog lead={lead} onClose={onClose} />
    case 'converted':
      return (
        <ConvertDialog lead={lead} onClose={onClose} onChange={(change) => apply(lead, change)} />
      )
    case 'dismiss':
      return (
        <DismissDialog
          title={title}
          onClose={onClose}
          onDismiss={(reason) => apply(lead, { status: 'dismissed', reason })}
        />
      )
  }
}

function Keys() {
  const { t } = useTranslation()
  const keys = [
    [['J', 'K'], 'move'],
    [['C'], 'call'],
    [['W'], 'write'],
    [['P'], 'phone'],
    [['A'], 'ask'],
    [['M'], 'mine'],
    [['D'], 'dismiss'],
    [['V'], 'converted'],
    [['X'], 'select'],
  ] as const
  return (
    <div className={styles.keys} aria-hidden>
      {keys.map(([letters, name]) => (
        <span key={name}>
          {letters.map((letter) => (
            <kbd key={letter}>{letter}</kbd>
          ))}{' '}
          {t(`leads.key.${name}`)}
        </span>
      ))}
    </div>
  )
}

function Nothing({ search }: { search: LeadSearch }) {
  const { t } = useTranslation()
  const filters = useSetFilters(search)
  const isUsual = Object.keys(search).length === 0
  const text = filters.map(({ text: one }) => one).join(' · ')
  return (
    <EmptyState icon={PhoneMissed} title={t(isUsual ? 'leads.empty' : 'leads.noMatch')}>
      {isUsual
        ? t('leads.emptyText')
        : filters.length === 0
          ? t('leads.noMatchView')
          : t('leads.noMatchText', { filters: text })}
    </EmptyState>
  )
}

interface ListProps {
  readonly leads: readonly LeadView[]
  readonly search: LeadSearch
  readonly actions: Actions
  readonly show: (search: LeadSearch) => void
  readonly open: (ref: string | undefined) => void
}

function LeadList({ leads, search, actions, show, open }: ListProps) {
  const { t } = useTranslation()
  const selection = useSelection(leads)
  const [focused, setFocused] = useState<string>()
  const columns = useLeadColumns(actions.mayWork ? selection : undefined, leads)
  const { sort_by = 'score', sort_order = 'desc' } = withUsual(search)
  const at = search.lead ?? focused
  const current = leads.find(({ ref }) => ref === at)
  const { press, mayWork, dialog } = actions
  const { toggle } = selection
  const onKey = useCallback(
    (key: LeadKey) => {
      if (!current) return
      if (key !== 'x') press(current, key)
      else if (mayWork) toggle(current.ref)
    },
    [current, press, toggle, mayWork],
  )
  useLeadKeys(onKey, dialog !== undefined)
  const follow = ({ ref }: LeadView) => {
    setFocused(ref)
    if (search.lead !== undefined && search.lead !== ref) open(ref)
  }
  return (
    <>
      <Table
        label={t('leads.title')}
        columns={columns}
        rows={leads}
        keyOf={({ ref }) => ref}
        chosen={search.lead}
        onOpen={({ ref }) => open(ref)}
        onFocus={follow}
        sorting={{ by: sort_by, order: sort_order }}
        onSort={({ by, order }) =>
          show({
            ...withUsual(search),
            page: undefined,
            sort_by: leadSorts.find((sort) => sort === by),
            sort_order: order,
          })
        }
      />
      {mayWork && selection.chosen.length > 0 && (
        <BulkBar leads={selection.chosen} onDone={selection.clear} />
      )}
    </>
  )
}

/** People who called, were not connected and left no word. */
export function Leads() {
  const { t } = useTranslation()
  const { search, show, open } = useLeadSearch()
  const actions = useLeadActions()
  const query = { per_page: '25', ...queryOf(search) }
  const leads = useQuery({
    queryKey: ['leads', query],
    queryFn: () => answer(client.api.reports['silent-leads'].$get({ query })),
    placeholderData: keepPreviousData,
  })
  const rows = leads.data?.data ?? []
  const csv = `/api/reports/silent-leads?${new URLSearchParams({ ...queryOf(search), format: 'csv' })}`
  const step = (steps: 1 | -1) => {
    const at = rows.findIndex(({ ref }) => ref === search.lead)
    const next = rows[at + steps]
    if (next) open(next.ref)
  }
  return (
    <Page
      title={t('leads.title')}
      strip={
        <div className={styles.strip}>
          <LeadViews search={search} onView={show} />
          <span className={styles.separator} aria-hidden />
          <LeadFilters search={search} change={show} />
        </div>
      }
      actions={
        <>
          <Button
            component={Link}
            to="/leads/weights"
            variant="subtle"
            leftSection={<SlidersHorizontal size={15} aria-hidden />}
          >
            {t('leads.weights')}
          </Button>
          <Button
            component="a"
            href={csv}
            download
            variant="default"
            leftSection={<Download size={15} aria-hidden />}
          >
            {t('common.export')}
          </Button>
        </>
      }
    >
      <Card isFilled>
        <Loaded query={leads}>
          {({ data, pagination }) =>
            data.length === 0 ? (
              <Nothing search={search} />
            ) : (
              <>
                <LeadList leads={data} search={search} actions={actions} show={show} open={open} />
                <Pager
                  pagination={pagination}
                  onPage={(page) => show({ ...search, page, lead: undefined })}
                />
                {actions.mayWork && <Keys />}
              </>
            )
          }
        </Loaded>
      </Card>
      <LeadDrawer
        chosen={search.lead}
        isBusy={actions.isBusy}
        onChange={actions.apply}
        onWay={actions.take}
        onDialog={(lead, name) => actions.setDialog({ lead, name })}
        onStep={step}
        onClose={() => open(undefined)}
      />
      <Dialogs actions={actions} />
    </Page>
  )
}
