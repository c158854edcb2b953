import { Button, NumberInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import type { courtesyViewSchema } from '../../../server/schema/settings.ts'
import { answer, client } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { Card } from '../../parts/card.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { useChange } from '../../parts/use-change.ts'
import styles from './settings.module.css'

function Form({ view }: { view: z.infer<typeof courtesyViewSchema> }) {
  const { t } = useTranslation()
  const mayChange = useMay('putCourtesy')
  const [gapMinutes, setGap] = useState<number | string>(view.courtesy.gapMinutes)
  const [dailyCap, setCap] = useState<number | string>(view.courtesy.dailyCap)
  const save = useChange({
    run: () =>
      answer(
        client.api.settings.courtesy.$put({
          json: { gapMinutes: Number(gapMinutes), dailyCap: Number(dailyCap) },
        }),
      ),
    renews: ['courtesy'],
    done: t('settings.courtesyPage.saved'),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(undefined)
  }
  const { gapMinutes: gap, dailyCap: cap } = view.default
  return (
    <form className={styles.form} onSubmit={submit}>
      <NumberInput
        label={t('settings.courtesyPage.gap')}
        min={0}
        max={10_080}
        value={gapMinutes}
        onChange={setGap}
        disabled={!mayChange}
        required
        withAsterisk={false}
      />
      <NumberInput
        label={t('settings.courtesyPage.cap')}
        min={0}
        max={1000}
        allowDecimal={false}
        value={dailyCap}
        onChange={setCap}
        disabled={!mayChange}
        required
        withAsterisk={false}
      />
      <p className="muted">{t('settings.courtesyPage.hint')}</p>
      {view.updatedAt === null && (
        <p className="muted">{t('settings.courtesyPage.fromEnvironment', { gap, cap })}</p>
      )}
      {mayChange && (
        <div>
          <Button type="submit" loading={save.isPending}>
            {t('common.save')}
          </Button>
        </div>
      )}
    </form>
  )
}

/** How often one person is written to. */
export function CourtesyPage() {
  const { t } = useTranslation()
  const courtesy = useQuery({
    queryKey: ['courtesy'],
    queryFn: () => answer(client.api.settings.courtesy.$get()),
  })
  return (
    <>
      <div className={styles.lead}>{t('settings.courtesyPage.lead')}</div>
      <Card>
        <Loaded query={courtesy}>{(view) => <Form key={view.updatedAt} view={view} />}</Loaded>
      </Card>
    </>
  )
}
