import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../../api/client.ts'
import { Card } from '../../parts/card.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Time } from '../../parts/time.tsx'
import { CheckList } from './check-list.tsx'
import styles from './settings.module.css'

const rank = { problem: 0, warning: 1, skipped: 2, ok: 3 } as const

/** The connection to WhatsApp, with what the doctor finds. */
export function Connection() {
  const { t } = useTranslation()
  const connection = useQuery({
    queryKey: ['connection'],
    queryFn: () => answer(client.api.settings.connection.$get()),
    staleTime: 60_000,
  })
  return (
    <>
      <div className={styles.lead}>
        {t('settings.doctor.lead')}
        <Button
          variant="default"
          leftSection={<RefreshCw size={15} aria-hidden />}
          loading={connection.isFetching}
          onClick={() => void connection.refetch()}
        >
          {t('settings.doctor.again')}
        </Button>
      </div>
      <Loaded query={connection}>
        {({ problems, warnings, checks, at }) => (
          <Card
            title={
              problems > 0
                ? t('settings.doctor.problems', { count: problems })
                : warnings > 0
                  ? t('settings.doctor.warnings', { count: warnings })
                  : t('settings.doctor.fine')
            }
            actions={
              <span className="muted">
                <Time at={at} />
              </span>
            }
          >
            <CheckList checks={checks.toSorted((a, b) => rank[a.state] - rank[b.state])} />
          </Card>
        )}
      </Loaded>
    </>
  )
}
