import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../../api/client.ts'
import { Figure, Figures } from '../../parts/figure.tsx'

/** What happened today, in six figures. */
export function TodayFigures() {
  const { t } = useTranslation()
  const statistics = useQuery({
    queryKey: ['statistics', 'today'],
    queryFn: () => answer(client.api.calls.statistics.$get({ query: { period: 'today' } })),
    select: ({ data }) => data,
  })
  const today = statistics.data
  const share = (count: number | undefined) =>
    today && count !== undefined && today.total_calls > 0
      ? t('home.ofCalls', { percent: Math.round((100 * count) / today.total_calls) })
      : undefined
  return (
    <Figures>
      <Figure name={t('home.calls')} value={today?.total_calls} hint={t('home.today')} />
      <Figure
        name={t('home.connected')}
        value={today?.completed_calls}
        hint={share(today?.completed_calls)}
      />
      <Figure
        name={t('home.rejected')}
        value={today?.rejected_calls}
        hint={share(today?.rejected_calls)}
      />
      <Figure
        name={t('home.missed')}
        value={today?.missed_calls}
        hint={share(today?.missed_calls)}
      />
      <Figure
        name={t('home.failed')}
        value={today?.failed_calls}
        hint={share(today?.failed_calls)}
      />
      <Figure name={t('home.talked')} value={today?.total_duration_minutes} unit="min" />
    </Figures>
  )
}
