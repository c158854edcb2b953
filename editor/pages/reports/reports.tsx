import { Button } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ChartColumn, Printer } from 'lucide-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Overview, Period } from '../../../server/schema/reports.ts'
import { answer, client } from '../../api/client.ts'
import { Card } from '../../parts/card.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { EmptyState } from '../../parts/states.tsx'
import { Page } from '../../shell/page.tsx'
import { CallbacksCard } from './cards/callbacks-card.tsx'
import { ConversionCard } from './cards/conversion-card.tsx'
import { CoverageCard } from './cards/coverage-card.tsx'
import { DecisionsCard } from './cards/decisions-card.tsx'
import { FollowUpsCard } from './cards/follow-ups-card.tsx'
import { HeatMapCard } from './cards/heat-map-card.tsx'
import { MissedCard } from './cards/missed-card.tsx'
import { OutcomesCard } from './cards/outcomes-card.tsx'
import { ReContactCard } from './cards/re-contact-card.tsx'
import { RegretCard } from './cards/regret-card.tsx'
import { Filters } from './filters.tsx'
import { OverviewFigures } from './overview-figures.tsx'
import { ReportContext } from './report-context.ts'
import type { ReportSearch } from './report-search.ts'
import styles from './reports.module.css'
import { useReport } from './use-report.ts'

interface OverviewAnswer {
  readonly period: Period
  readonly before: Period
  readonly zone: string
  readonly pending: number
  readonly now: Overview
  readonly then: Overview
}

function Content({ overview }: { overview: OverviewAnswer }) {
  const { t } = useTranslation()
  const { period, before, zone, pending, now, then } = overview
  return (
    <>
      {pending > 0 && (
        <p className={styles.warning} role="status">
          {t('reports.pending', { count: pending })}
        </p>
      )}
      <p className={`${styles.printed} muted`}>
        {`${period.from_date} – ${period.to_date} · ${t('reports.zone', { zone })}`}
      </p>
      <OverviewFigures now={now} then={then} />
      <p className={`${styles.summary} muted`}>
        {t('reports.compared', { from: before.from_date, to: before.to_date })}
        {' · '}
        {t('reports.zone', { zone })}
      </p>
      {now.calls === 0 ? (
        <Card>
          <EmptyState icon={ChartColumn} title={t('reports.empty')}>
            {t('reports.emptyText')}
          </EmptyState>
        </Card>
      ) : (
        <div className={styles.cards}>
          <HeatMapCard />
          <MissedCard />
          <RegretCard />
          <ReContactCard />
          <OutcomesCard />
          <CallbacksCard />
          <FollowUpsCard />
          <ConversionCard />
          <CoverageCard />
          <DecisionsCard />
        </div>
      )}
    </>
  )
}

/** What became of calls and callers, in figures that open the calls behind them. */
export function Reports() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/shell/reports' })
  const navigate = useNavigate()
  const change = (changed: ReportSearch) =>
    void navigate({ to: '/reports', search: { ...search, ...changed } })
  const read = () => answer(client.api.reports.overview.$get({ query: search }))
  const overview = useReport('overview', { search, read })
  const period = overview.data?.period
  const page = useMemo(() => ({ search, period }), [search, period])
  return (
    <ReportContext value={page}>
      <Page
        title={t('reports.title')}
        strip={<Filters search={search} change={change} />}
        actions={
          <Button
            variant="default"
            className={styles.unprinted ?? ''}
            leftSection={<Printer size={15} aria-hidden />}
            onClick={() => window.print()}
          >
            {t('reports.print')}
          </Button>
        }
      >
        <Loaded query={overview}>{(data) => <Content overview={data} />}</Loaded>
      </Page>
    </ReportContext>
  )
}
