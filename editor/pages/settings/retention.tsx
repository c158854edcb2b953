import { Button, NumberInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import type { Retention, retentionViewSchema } from '../../../server/schema/settings.ts'
import { answer, client } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { Card } from '../../parts/card.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Time } from '../../parts/time.tsx'
import { useChange } from '../../parts/use-change.ts'
import styles from './settings.module.css'

const kinds = ['deliveries', 'signals', 'calls', 'feed', 'texts', 'leads', 'audit'] as const
/** The least that each may be set to; what tells a repeated delivery is kept longer than Meta repeats one. */
const least: Readonly<Record<(typeof kinds)[number], number>> = {
  deliveries: 1,
  signals: 8,
  calls: 8,
  feed: 1,
  texts: 1,
  leads: 1,
  audit: 30,
}

function Form({ view }: { view: z.infer<typeof retentionViewSchema> }) {
  const { t } = useTranslation()
  const mayChange = useMay('putRetention')
  const [days, setDays] = useState<Retention>(view.retention)
  const [isAsking, setAsking] = useState(false)
  const save = useChange({
    run: () => answer(client.api.settings.retention.$put({ json: days })),
    renews: ['retention'],
    done: t('settings.retentionPage.saved'),
    onDone: () => setAsking(false),
  })
  const isShorter = kinds.some((kind) => days[kind] < view.retention[kind])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isShorter) setAsking(true)
    else save.mutate(undefined)
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      {kinds.map((kind) => (
        <NumberInput
          key={kind}
          label={t(`settings.retentionPage.${kind}`)}
          suffix={` ${t('settings.retentionPage.days')}`}
          min={least[kind]}
          max={36_500}
          clampBehavior="strict"
          allowDecimal={false}
          value={days[kind]}
          onChange={(value) => typeof value === 'number' && setDays({ ...days, [kind]: value })}
          disabled={!mayChange}
        />
      ))}
      {mayChange && (
        <div>
          <Button type="submit" loading={save.isPending}>
            {t('common.save')}
          </Button>
        </div>
      )}
      <Confirm
        isOpen={isAsking}
        title={t('settings.retentionPage.shorterTitle')}
        text={t('settings.retentionPage.shorterText')}
        action={t('common.save')}
        isBusy={save.isPending}
        onConfirm={() => save.mutate(undefined)}
        onClose={() => setAsking(false)}
      />
    </form>
  )
}

/** How long each kind of data is kept. */
export function RetentionPage() {
  const { t } = useTranslation()
  const retention = useQuery({
    queryKey: ['retention'],
    queryFn: () => answer(client.api.settings.retention.$get()),
  })
  return (
    <>
      <div className={styles.lead}>{t('settings.retentionPage.lead')}</div>
      <Loaded query={retention}>
        {(view) => (
          <>
            <Card>
              <Form key={view.updatedAt} view={view} />
            </Card>
            <Card title={t('settings.retentionPage.lastRun')}>
              {view.lastRun ? (
                <p>
                  <Time at={view.lastRun.at} />
                  {' · '}
                  {t('settings.retentionPage.deleted', {
                    count: Object.values(view.lastRun.counts).reduce(
                      (sum, count) => sum + count,
                      0,
                    ),
                  })}
                </p>
              ) : (
                <p className="muted">{t('settings.retentionPage.notRun')}</p>
              )}
            </Card>
          </>
        )}
      </Loaded>
    </>
  )
}
