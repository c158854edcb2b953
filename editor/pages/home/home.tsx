import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CheckCheck, HeartPulse, PhoneIncoming, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../../api/client.ts'
import { Card } from '../../parts/card.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../../parts/states.tsx'
import { Page } from '../../shell/page.tsx'
import { CallRows } from '../calls/call-rows.tsx'
import { TodayFigures } from './today-figures.tsx'
import { useNeeds } from './use-needs.tsx'
import styles from './home.module.css'

function Health() {
  const { t } = useTranslation()
  const ready = useQuery({
    queryKey: ['ready'],
    queryFn: async () => (await client.readyz.$get()).json(),
    refetchInterval: 15_000,
    retry: false,
  })
  const isGood = ready.data?.status === 'ready'
  if (ready.isPending) return <SkeletonRows rows={1} />
  return (
    <div className={styles.health} data-good={isGood || undefined}>
      {isGood ? <HeartPulse size={22} aria-hidden /> : <TriangleAlert size={22} aria-hidden />}
      <div>
        <strong>
          {ready.error ? t('home.unreachable') : isGood ? t('home.healthy') : t('home.notReady')}
        </strong>
        <p>
          {ready.error
            ? t('common.error.offline')
            : isGood
              ? t('home.healthyText')
              : t('home.notReadyText', { missing: ready.data?.missing.join(', ') })}
        </p>
      </div>
    </div>
  )
}

function Needs() {
  const { t } = useTranslation()
  const { needs, isPending } = useNeeds()
  if (isPending) return <SkeletonRows rows={3} />
  if (needs.length === 0)
    return (
      <EmptyState icon={CheckCheck} title={t('home.nothing')}>
        {t('home.nothingText')}
      </EmptyState>
    )
  return (
    <ul className={styles.needs}>
      {needs.map(({ key, text, hint, to, icon: Icon }) => (
        <li key={key}>
          <Icon size={17} aria-hidden />
          <span>
            <Link to={to} className="given">
              {text}
            </Link>
            {hint && <span className="muted given">{hint}</span>}
          </span>
        </li>
      ))}
    </ul>
  )
}

function LatestCalls() {
  const { t } = useTranslation()
  const calls = useQuery({
    queryKey: ['calls', 'latest'],
    queryFn: () => answer(client.api.calls.$get({ query: { per_page: '8' } })),
  })
  if (calls.error && !calls.data)
    return <ErrorState error={calls.error} onRetry={() => void calls.refetch()} />
  if (!calls.data) return <SkeletonRows rows={8} />
  if (calls.data.data.length === 0)
    return (
      <EmptyState icon={PhoneIncoming} title={t('home.noCalls')}>
        {t('home.noCallsText')}
      </EmptyState>
    )
  return <CallRows calls={calls.data.data} label={t('home.latest')} />
}

/** Is the line healthy, what happened today, what needs me. */
export function Home() {
  const { t } = useTranslation()
  return (
    <Page title={t('home.title')}>
      <div className={styles.grid}>
        <div className={styles.wide}>
          <TodayFigures />
        </div>
        <div className={styles.main}>
          <Card
            title={t('home.latest')}
            isFilled
            actions={
              <Button component={Link} to="/calls" variant="subtle" size="compact-sm">
                {t('common.all')}
              </Button>
            }
          >
            <LatestCalls />
          </Card>
        </div>
        <div className={styles.side}>
          <Health />
          <Card title={t('home.needs')}>
            <Needs />
          </Card>
        </div>
      </div>
    </Page>
  )
}
