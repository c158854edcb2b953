import { Button, MultiSelect, NumberInput, Popover, Select, Stack, TextInput } from '@mantine/core'
import { ListFilter, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { leadReasons, leadStatuses } from '../../../server/schema/lead.ts'
import { useMe } from '../../api/session.ts'
import type { FilterName, LeadSearch } from './lead-search.ts'
import { filterNames, isView, views, withUsual } from './lead-search.ts'
import styles from './leads.module.css'
import { useAssignees } from './use-assignees.ts'

type Change = (change: LeadSearch) => void

const states = ['open', 'closed', 'all'] as const
const dues = ['overdue', 'today', 'any'] as const
const some = (values: string[]) => (values.length === 0 ? undefined : values.join(','))

/** What a filter is set to, in words. */
function useFilterText(): (name: FilterName, search: LeadSearch) => string {
  const { t } = useTranslation()
  const me = useMe()
  const people = useAssignees()
  const words = (text: string | undefined, word: (one: string) => string) =>
    (text ?? '').split(',').map(word).join(', ')
  return (name, search) => {
    switch (name) {
      case 'status':
        return words(search.status, (one) => {
          const status = leadStatuses.find((known) => known === one)
          return status ? t(`leads.status.${status}`) : one
        })
      case 'why':
        return words(search.why, (one) => {
          const code = leadReasons.find((known) => known === one)
          return code ? t(`leads.whyCode.${code}`) : one
        })
      case 'assignee':
        if (search.assignee === 'me') return me?.name ?? ''
        if (search.assignee === 'none') return t('leads.nobody')
        return people.find(({ id }) => id === search.assignee)?.name ?? t('common.notKnown')
      case 'due':
        return search.due === undefined ? '' : t(`leads.dueFilter.${search.due}`)
      case 'state':
        return search.state === undefined ? '' : t(`leads.state.${search.state}`)
      default:
        return String(search[name] ?? '')
    }
  }
}

/** Filters beyond those of the view everybody begins with. */
export function useSetFilters(search: LeadSearch): readonly { name: FilterName; text: string }[] {
  const textOf = useFilterText()
  if (Object.values(views).some((view) => isView(search, view))) return []
  const shown = withUsual(search)
  return filterNames
    .filter((name) => shown[name] !== undefined)
    .map((name) => ({ name, text: textOf(name, shown) }))
}

function Chip({
  children,
  label,
  onDrop,
}: {
  children: ReactNode
  label: string
  onDrop: () => void
}) {
  return (
    <span className={styles.chip}>
      <span className="given">{children}</span>
      <button type="button" aria-label={label} onClick={onDrop}>
        <X size={14} aria-hidden />
      </button>
    </span>
  )
}

function Fields({ search, change }: { search: LeadSearch; change: Change }) {
  const { t } = useTranslation()
  const people = useAssignees()
  const set = search.status?.split(',') ?? []
  return (
    <Stack gap="sm" w={280}>
      <MultiSelect
        label={t('leads.filter.status')}
        data={leadStatuses.map((value) => ({ value, label: t(`leads.status.${value}`) }))}
        value={set}
        onChange={(values) => change({ status: some(values) })}
        comboboxProps={{ withinPortal: false }}
      />
      <MultiSelect
        label={t('leads.filter.why')}
        data={leadReasons.map((value) => ({ value, label: t(`leads.whyCode.${value}`) }))}
        value={search.why?.split(',') ?? []}
        onChange={(values) => change({ why: some(values) })}
        comboboxProps={{ withinPortal: false }}
      />
      <Select
        label={t('leads.filter.assignee')}
        data={[
          { value: 'none', label: t('leads.nobody') },
          ...people.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        value={search.assignee ?? null}
        onChange={(value) => change({ assignee: value ?? undefined })}
        clearable
        comboboxProps={{ withinPortal: false }}
      />
      <Select
        label={t('leads.filter.due')}
        data={dues.map((value) => ({ value, label: t(`leads.dueFilter.${value}`) }))}
        value={search.due ?? null}
        onChange={(value) => change({ due: dues.find((one) => one === value) })}
        clearable
        comboboxProps={{ withinPortal: false }}
      />
      <TextInput
        label={t('leads.filter.tier')}
        defaultValue={search.tier ?? ''}
        onBlur={({ currentTarget }) => change({ tier: currentTarget.value || undefined })}
      />
      <NumberInput
        label={t('leads.filter.minScore')}
        min={0}
        max={100}
        allowDecimal={false}
        defaultValue={search.min_score ?? ''}
        onBlur={({ currentTarget }) =>
          change({
            min_score: currentTarget.value === '' ? undefined : Number(currentTarget.value),
          })
        }
      />
      <Select
        label={t('leads.filter.state')}
        data={states.map((value) => ({ value, label: t(`leads.state.${value}`) }))}
        value={search.state ?? 'open'}
        onChange={(value) => change({ state: states.find((one) => one === value) })}
        comboboxProps={{ withinPortal: false }}
      />
    </Stack>
  )
}

/** Filters as chips, each with a way to drop it, and the place to set them. */
export function LeadFilters({ search, change }: { search: LeadSearch; change: Change }) {
  const { t } = useTranslation()
  const set = useSetFilters(search)
  const label = (name: FilterName) => t(`leads.filter.${name === 'min_score' ? 'minScore' : name}`)
  // what the view everybody begins with says stays when one more is set
  const add: Change = (changed) => change({ ...withUsual(search), ...changed })
  return (
    <>
      {set.map(({ name, text }) => (
        <Chip
          key={name}
          label={t('leads.filter.drop', { filter: label(name) })}
          onDrop={() => add({ [name]: name === 'state' ? 'open' : undefined })}
        >
          {`${label(name)}: ${text}`}
        </Chip>
      ))}
      <Popover position="bottom-start" shadow="md" trapFocus>
        <Popover.Target>
          <Button
            variant="default"
            size="compact-md"
            leftSection={<ListFilter size={15} aria-hidden />}
          >
            {t('leads.filter.label')}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Fields search={withUsual(search)} change={add} />
        </Popover.Dropdown>
      </Popover>
      {set.length > 0 && (
        <Button variant="subtle" size="compact-md" onClick={() => change({})}>
          {t('leads.clear')}
        </Button>
      )}
    </>
  )
}
