import { Button, CloseButton, Select, TextInput } from '@mantine/core'
import { Search } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { callStatuses } from '../../../server/schema/call.ts'
import { leadReasons } from '../../../server/schema/lead.ts'
import { Tag } from '../../parts/tag.tsx'
import { useWeekday } from '../reports/use-weekday.ts'
import type { CallSearch } from './call-search.ts'
import styles from './calls.module.css'

const outcomes = ['accept', 'ai_pickup', 'reject', 'voicemail'] as const

export interface CallFiltersProps {
  readonly search: CallSearch
  readonly change: (change: CallSearch) => void
}

/** Filters that come with an address, from reports above all; each can be dropped. */
const chips = [
  'standing',
  'lead',
  'told',
  'ghost',
  'final_outcome',
  'weekday',
  'hour',
  'policy',
  'node',
  'release',
  'line',
  'team',
  'country',
  'tier',
  'direction',
  'contact_id',
] as const
type Chip = (typeof chips)[number]

function useChipText(): (chip: Chip, value: string) => string {
  const { t } = useTranslation()
  const weekdayText = useWeekday()
  return (chip, text) => {
    const value =
      chip === 'weekday' ? weekdayText(Number(text)) : chip === 'hour' ? `${text}:00` : text
    const of = t(`calls.filter.${chip}`)
    if (chip === 'contact_id' || chip === 'ghost') return of
    return `${of}: ${value === '' ? t('common.notKnown') : value.replaceAll('_', ' ')}`
  }
}

function Chips({ search, change }: CallFiltersProps) {
  const { t } = useTranslation()
  const text = useChipText()
  const set = chips.filter((chip) => search[chip] !== undefined)
  if (set.length === 0) return undefined
  return (
    <ul className={styles.chips} aria-label={t('calls.filters')}>
      {set.map((chip) => (
        <li key={chip}>
          <Tag tone="accent">
            {text(chip, String(search[chip]))}
            <CloseButton
              size={16}
              iconSize={12}
              aria-label={t('calls.dropFilter', { filter: t(`calls.filter.${chip}`) })}
              onClick={() => change({ [chip]: undefined })}
            />
          </Tag>
        </li>
      ))}
    </ul>
  )
}

/** Looks for a name, a number or a reference when Enter is pressed or the field is left. */
function SearchField({ search, change }: CallFiltersProps) {
  const { t } = useTranslation()
  const [text, setText] = useState(search.search ?? '')
  const [known, setKnown] = useState(search.search)
  if (known !== search.search) {
    setKnown(search.search)
    setText(search.search ?? '')
  }
  const apply = () => {
    const wanted = text.trim()
    const next = wanted.length < 2 ? undefined : wanted
    if (next !== search.search) change({ search: next })
  }
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        apply()
      }}
    >
      <TextInput
        label={t('calls.search')}
        placeholder={t('calls.searchFor')}
        leftSection={<Search size={14} aria-hidden />}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        onBlur={apply}
      />
    </form>
  )
}

/** What the log is narrowed by. */
export function CallFilters({ search, change }: CallFiltersProps) {
  const { t } = useTranslation()
  const isSet = Object.keys(search).some((key) => !['page', 'sort_by', 'sort_order'].includes(key))
  const clear = () =>
    change(Object.fromEntries(Object.keys(search).map((name) => [name, undefined])))
  return (
    <div className={styles.filters}>
      <SearchField search={search} change={change} />
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
      <Select
        label={t('reports.missed.reason')}
        placeholder={t('calls.anything')}
        data={leadReasons.map((value) => ({ value, label: t(`reports.reasons.${value}`) }))}
        value={search.reason ?? null}
        onChange={(value) => change({ reason: value ?? undefined })}
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
        <Button variant="subtle" onClick={clear}>
          {t('calls.clear')}
        </Button>
      )}
      <Chips search={search} change={change} />
    </div>
  )
}
