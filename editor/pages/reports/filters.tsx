import { Button, Select, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../../api/client.ts'
import type { ReportSearch } from './report-search.ts'
import { daysAgo } from './report-search.ts'
import styles from './reports.module.css'
import { useReport } from './use-report.ts'

const spans = [7, 28, 91, 365] as const
type Span = (typeof spans)[number]
const spanNames = { 7: 'week', 28: 'month', 91: 'quarter', 365: 'year' } as const
const usual: Span = 28

interface FiltersProps {
  readonly search: ReportSearch
  readonly change: (change: ReportSearch) => void
}

/** Which of the usual periods the address holds; none for other dates. */
function spanOf({ from_date, to_date }: ReportSearch): Span | undefined {
  if (to_date !== undefined) return undefined
  if (from_date === undefined) return usual
  return spans.find((span) => from_date === daysAgo(span - 1))
}

const countryNames = new Intl.DisplayNames(undefined, { type: 'region' })
const countryText = (country: string): string => countryNames.of(country) ?? country

function PeriodFilter({ search, change }: FiltersProps) {
  const { t } = useTranslation()
  const span = spanOf(search)
  const pick = (value: string | null) => {
    const days = spans.find((one) => String(one) === value)
    if (days === undefined) change({ from_date: daysAgo(usual - 1), to_date: daysAgo(0) })
    else change({ to_date: undefined, from_date: days === usual ? undefined : daysAgo(days - 1) })
  }
  return (
    <>
      <Select
        label={t('reports.period')}
        data={[
          ...spans.map((value) => ({
            value: String(value),
            label: t(`reports.days.${spanNames[value]}`),
          })),
          { value: 'other', label: t('reports.otherPeriod') },
        ]}
        value={span === undefined ? 'other' : String(span)}
        onChange={pick}
        allowDeselect={false}
      />
      {span === undefined && (
        <>
          <TextInput
            type="date"
            label={t('reports.from')}
            value={search.from_date ?? ''}
            onChange={({ currentTarget: { value } }) => change({ from_date: value || undefined })}
          />
          <TextInput
            type="date"
            label={t('reports.to')}
            value={search.to_date ?? ''}
            onChange={({ currentTarget: { value } }) => change({ to_date: value || undefined })}
          />
        </>
      )}
    </>
  )
}

/** What the reports are narrowed by; the address holds it all. */
export function Filters({ search, change }: FiltersProps) {
  const { t } = useTranslation()
  const { from_date, to_date } = search
  const period = {
    ...(from_date === undefined ? {} : { from_date }),
    ...(to_date === undefined ? {} : { to_date }),
  }
  const read = () => answer(client.api.reports.choices.$get({ query: period }))
  const choices = useReport('choices', { search: period, read }).data
  const isNarrowed = ['line', 'team', 'country', 'tier'].some((name) => name in search)
  return (
    <div className={`${styles.strip} ${styles.unprinted}`}>
      <PeriodFilter search={search} change={change} />
      <Select
        label={t('reports.line')}
        placeholder={t('reports.all')}
        data={(choices?.lines ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={search.line ?? null}
        onChange={(value) => change({ line: value ?? undefined })}
        clearable
      />
      <Select
        label={t('reports.team')}
        placeholder={t('reports.all')}
        data={choices?.teams ?? []}
        value={search.team ?? null}
        onChange={(value) => change({ team: value ?? undefined })}
        clearable
      />
      <Select
        label={t('reports.country')}
        placeholder={t('reports.all')}
        data={(choices?.countries ?? []).map((value) => ({
          value,
          label: value === '' ? t('reports.noCountry') : countryText(value),
        }))}
        value={search.country ?? null}
        onChange={(value) => change({ country: value ?? undefined })}
        clearable
        searchable
      />
      <Select
        label={t('reports.tier')}
        placeholder={t('reports.all')}
        data={(choices?.tiers ?? []).map((value) => ({
          value,
          label: value === 'none' ? t('reports.noTier') : value,
        }))}
        value={search.tier ?? null}
        onChange={(value) => change({ tier: value ?? undefined })}
        clearable
      />
      {isNarrowed && (
        <Button
          variant="subtle"
          onClick={() =>
            change({ line: undefined, team: undefined, country: undefined, tier: undefined })
          }
        >
          {t('reports.clear')}
        </Button>
      )}
      <p className={styles.note}>{t('reports.everyFigure')}</p>
    </div>
  )
}
