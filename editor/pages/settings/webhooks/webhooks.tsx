import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Plus, Webhook } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Endpoint } from '../../../../server/schema/webhook-out.ts'
import { answer, client } from '../../../api/client.ts'
import { Card } from '../../../parts/card.tsx'
import { Loaded } from '../../../parts/loaded.tsx'
import { SecretDialog } from '../../../parts/secret-dialog.tsx'
import { EmptyState } from '../../../parts/states.tsx'
import type { Column } from '../../../parts/table.tsx'
import { Table, TwoLines } from '../../../parts/table.tsx'
import { Tag } from '../../../parts/tag.tsx'
import { Time } from '../../../parts/time.tsx'
import styles from '../settings.module.css'
import { Deliveries, refreshMs } from './deliveries.tsx'
import { EndpointActions } from './endpoint-actions.tsx'
import { EndpointDialog } from './endpoint-dialog.tsx'

const tones = { working: 'accept', failing: 'warn', disabled: 'neutral' } as const

function State({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation()
  const { state, failingSince, disabledAt, disabledWhy, pending } = endpoint
  const since = state === 'disabled' ? disabledAt : failingSince
  return (
    <TwoLines
      first={<Tag tone={tones[state]}>{t(`webhooks.${state}`)}</Tag>}
      second={
        <>
          {since !== null && (
            <>
              {t('webhooks.since')} <Time at={since} />{' '}
            </>
          )}
          {disabledWhy !== null && t(`webhooks.why.${disabledWhy}`)}{' '}
          {pending > 0 && t('webhooks.waiting', { count: pending })}
        </>
      }
    />
  )
}

/** What is open: the form of a new endpoint, or of one there is. */
type Editing = { readonly endpoint: Endpoint | undefined } | undefined

/** Who is told what happens here, and what they were told. */
export function Webhooks() {
  const { t } = useTranslation()
  const [editing, setEditing] = useState<Editing>()
  const [secret, setSecret] = useState<string>()
  const [chosen, setChosen] = useState<string>()
  const endpoints = useQuery({
    queryKey: ['webhooks'],
    queryFn: async () => (await answer(client.api.webhooks.$get())).data,
    refetchInterval: refreshMs,
  })
  const columns: readonly Column<Endpoint>[] = [
    {
      key: 'endpoint',
      head: t('webhooks.endpoint'),
      cell: ({ url, description }) => (
        <TwoLines first={description || new URL(url).host} second={url} />
      ),
    },
    {
      key: 'tells',
      head: t('webhooks.tells'),
      cell: ({ events, receivesNumbers }) => (
        <TwoLines
          first={t('webhooks.count', { count: events.length })}
          second={t(receivesNumbers ? 'webhooks.withNumbers' : 'webhooks.masked')}
        />
      ),
    },
    {
      key: 'state',
      head: t('webhooks.state'),
      cell: (endpoint) => <State endpoint={endpoint} />,
    },
    {
      key: 'actions',
      head: <span className="unseen">{t('webhooks.actions')}</span>,
      align: 'end',
      cell: (endpoint) => (
        <EndpointActions
          endpoint={endpoint}
          onChange={() => setEditing({ endpoint })}
          onLog={() => setChosen(endpoint.id)}
          onSecret={setSecret}
        />
      ),
    },
  ]
  const shown = endpoints.data?.find(({ id }) => id === chosen)
  return (
    <>
      <div className={styles.lead}>
        {t('webhooks.lead')}
        <Button
          leftSection={<Plus size={15} aria-hidden />}
          onClick={() => setEditing({ endpoint: undefined })}
        >
          {t('webhooks.create')}
        </Button>
      </div>
      <Card isFilled>
        <Loaded query={endpoints}>
          {(data) =>
            data.length === 0 ? (
              <EmptyState icon={Webhook} title={t('webhooks.empty')}>
                {t('webhooks.emptyText')}
              </EmptyState>
            ) : (
              <Table
                label={t('settings.webhooks')}
                columns={columns}
                rows={data}
                keyOf={({ id }) => id}
                chosen={chosen}
              />
            )
          }
        </Loaded>
      </Card>
      {shown && <Deliveries key={shown.id} endpoint={shown} />}
      <EndpointDialog
        isOpen={editing !== undefined}
        endpoint={editing?.endpoint}
        onClose={() => setEditing(undefined)}
        onSecret={setSecret}
      />
      <SecretDialog
        title={t('webhooks.secretTitle')}
        text={t('webhooks.secret')}
        secret={secret}
        onClose={() => setSecret(undefined)}
      />
    </>
  )
}
