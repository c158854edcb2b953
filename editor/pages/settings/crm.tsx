import { ActionIcon, Button, Group, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Database, Plus, X } from 'lucide-react'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import type { CrmTried, crmViewSchema } from '../../../server/schema/crm-settings.ts'
import { answer, client } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { Card } from '../../parts/card.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { EmptyState } from '../../parts/states.tsx'
import { Tag } from '../../parts/tag.tsx'
import { useChange } from '../../parts/use-change.ts'
import styles from './settings.module.css'

type View = z.infer<typeof crmViewSchema>
type Pair = readonly [field: string, path: string]

const mappingOf = (pairs: readonly Pair[]): Record<string, string> =>
  Object.fromEntries(pairs.filter(([field, path]) => field.trim() !== '' && path.trim() !== ''))

function Mapping({
  pairs,
  onChange,
}: {
  pairs: readonly Pair[]
  onChange: (pairs: readonly Pair[]) => void
}) {
  const { t } = useTranslation()
  const put = (at: number, pair: Pair) =>
    onChange(pairs.map((old, index) => (index === at ? pair : old)))
  return (
    <>
      {pairs.map(([field, path], index) => (
        <Group key={index} wrap="nowrap" align="flex-end">
          <TextInput
            label={index === 0 ? t('settings.crmPage.field') : undefined}
            aria-label={t('settings.crmPage.field')}
            leftSection={<span className="mono muted">crm.</span>}
            leftSectionWidth={44}
            value={field}
            onChange={({ currentTarget }) => put(index, [currentTarget.value, path])}
          />
          <TextInput
            label={index === 0 ? t('settings.crmPage.path') : undefined}
            aria-label={t('settings.crmPage.path')}
            flex={1}
            value={path}
            onChange={({ currentTarget }) => put(index, [field, currentTarget.value])}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={32}
            aria-label={`${t('settings.crmPage.remove')}: ${field}`}
            onClick={() => onChange(pairs.filter((_, at) => at !== index))}
          >
            <X size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <div>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<Plus size={14} aria-hidden />}
          onClick={() => onChange([...pairs, ['', '']])}
        >
          {t('settings.crmPage.add')}
        </Button>
      </div>
    </>
  )
}

const tones = { found: 'accept', missing: 'neutral', failed: 'err' } as const

function Tried({ tried }: { tried: CrmTried }) {
  const { t } = useTranslation()
  return (
    <div role="status">
      <div className={styles.row}>
        <Tag tone={tones[tried.outcome]}>{t(`settings.crmPage.outcome.${tried.outcome}`)}</Tag>
        <span className="muted">
          {t('settings.crmPage.took', {
            ms: Math.round(tried.ms),
            status: tried.status ?? tried.error ?? '–',
          })}
        </span>
      </div>
      <dl className={styles.pairs} style={{ marginTop: 10 }}>
        {Object.entries(tried.fields).map(([name, seen]) => [
          <dt key={name} className="mono">
            {`crm.${name}`}
          </dt>,
          <dd key={`${name} value`} className="given">
            {'value' in seen ? String(seen.value) : `${t('common.notKnown')} (${seen.unknown})`}
          </dd>,
        ])}
        {tried.names.length > 0 && (
          <>
            <dt>{t('settings.crmPage.names')}</dt>
            <dd className="mono given">{tried.names.join(', ')}</dd>
          </>
        )}
      </dl>
    </div>
  )
}

function Try({ mapping }: { mapping: Record<string, string> }) {
  const { t } = useTranslation()
  const [phone, setPhone] = useState('')
  const ask = useChange({
    run: () => answer(client.api.settings.crm.try.$post({ json: { phone, mapping } })),
    renews: [],
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    ask.mutate(undefined)
  }
  return (
    <Card title={t('settings.crmPage.tryTitle')}>
      <form onSubmit={submit} className={styles.form}>
        <Group align="flex-end" wrap="nowrap">
          <TextInput
            label={t('settings.crmPage.tryPhone')}
            description={t('settings.crmPage.tryPhoneHint')}
            type="tel"
            flex={1}
            required
            withAsterisk={false}
            value={phone}
            onChange={({ currentTarget }) => setPhone(currentTarget.value)}
          />
          <Button type="submit" loading={ask.isPending}>
            {t('settings.crmPage.try')}
          </Button>
        </Group>
        {ask.data && <Tried tried={ask.data} />}
      </form>
    </Card>
  )
}

function Form({ view }: { view: View }) {
  const { t } = useTranslation()
  const mayChange = useMay('putCrmSettings')
  const [pairs, setPairs] = useState<readonly Pair[]>(Object.entries(view.mapping))
  const save = useChange({
    run: () => answer(client.api.settings.crm.$put({ json: { mapping: mappingOf(pairs) } })),
    renews: ['crm', 'catalogue'],
    done: t('settings.crmPage.saved'),
  })
  return (
    <>
      <Card>
        <dl className={styles.pairs}>
          <dt>{t('settings.crmPage.at')}</dt>
          <dd className="mono given">{view.origin}</dd>
          <dt>{t('settings.crmPage.breaker')}</dt>
          <dd>
            <Tag tone={view.breaker === 'closed' ? 'accept' : 'warn'}>
              {t(`settings.crmPage.${view.breaker}`)}
            </Tag>
          </dd>
          <dt>{t('settings.crmPage.requests')}</dt>
          <dd>{view.requests}</dd>
          <dt>{t('settings.crmPage.failures')}</dt>
          <dd>{view.failures}</dd>
        </dl>
      </Card>
      <Card>
        <div style={{ display: 'grid', gap: 10 }}>
          <Mapping pairs={pairs} onChange={setPairs} />
          {mayChange && (
            <div>
              <Button loading={save.isPending} onClick={() => save.mutate(undefined)}>
                {t('common.save')}
              </Button>
            </div>
          )}
        </div>
      </Card>
      {mayChange && <Try mapping={mappingOf(pairs)} />}
    </>
  )
}

/** Which fields of the CRM policies may ask for. */
export function Crm() {
  const { t } = useTranslation()
  const crm = useQuery({
    queryKey: ['crm'],
    queryFn: () => answer(client.api.settings.crm.$get()),
  })
  return (
    <>
      <div className={styles.lead}>{t('settings.crmPage.lead')}</div>
      <Loaded query={crm}>
        {(view) =>
          view.configured ? (
            <Form key={JSON.stringify(view.mapping)} view={view} />
          ) : (
            <EmptyState icon={Database} title={t('settings.crmPage.notConfigured')}>
              {t('settings.crmPage.notConfiguredText')}
            </EmptyState>
          )
        }
      </Loaded>
    </>
  )
}
