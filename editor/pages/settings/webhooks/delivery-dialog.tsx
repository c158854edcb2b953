import { Button, Group, Modal, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { RotateCcw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { DeliveryDetail } from '../../../../server/schema/webhook-out.ts'
import { answer, client } from '../../../api/client.ts'
import { Loaded } from '../../../parts/loaded.tsx'
import type { Column } from '../../../parts/table.tsx'
import { Table } from '../../../parts/table.tsx'
import { Time } from '../../../parts/time.tsx'
import { useChange } from '../../../parts/use-change.ts'
import styles from '../settings.module.css'

type Attempt = DeliveryDetail['history'][number]

interface DeliveryProps {
  readonly endpoint: string
  /** Its `webhook-id`; none is open without. */
  readonly event: string | undefined
  readonly onClose: () => void
}

function Delivery({ endpoint, event, onClose }: DeliveryProps & { event: string }) {
  const { t } = useTranslation()
  const param = { id: endpoint, event }
  const delivery = useQuery({
    queryKey: ['webhooks', endpoint, 'delivery', event],
    queryFn: () => answer(client.api.webhooks[':id'].deliveries[':event'].$get({ param })),
  })
  const redeliver = useChange({
    run: () => answer(client.api.webhooks[':id'].deliveries[':event'].redeliver.$post({ param })),
    renews: ['webhooks'],
    done: t('webhooks.redelivered'),
    onDone: onClose,
  })
  const columns: readonly Column<Attempt>[] = [
    { key: 'at', head: t('webhooks.attempt'), cell: ({ at }) => <Time at={at} /> },
    {
      key: 'answer',
      head: t('webhooks.answer'),
      cell: ({ status, error }) => error ?? String(status ?? ''),
    },
    {
      key: 'ms',
      head: '',
      align: 'end',
      cell: ({ ms }) => t('webhooks.took', { ms }),
    },
  ]
  return (
    <Loaded query={delivery}>
      {({ body, history }) => (
        <Stack>
          {history.length === 0 ? (
            <p className="muted">{t('webhooks.notTried')}</p>
          ) : (
            <Table
              label={t('webhooks.history')}
              columns={columns}
              rows={history}
              keyOf={({ at, ms }) => `${at} ${ms}`}
            />
          )}
          <div>
            <strong>{t('webhooks.body')}</strong>
            <pre
              className={styles.secret}
              style={{ whiteSpace: 'pre-wrap', margin: '4px 0 0' }}
              // it scrolls, so that keys must reach it
              tabIndex={0}
            >
              {JSON.stringify(body, null, 2)}
            </pre>
          </div>
          <Group justify="flex-end">
            <Button
              leftSection={<RotateCcw size={15} aria-hidden />}
              loading={redeliver.isPending}
              onClick={() => redeliver.mutate(undefined)}
            >
              {t('webhooks.redeliver')}
            </Button>
          </Group>
        </Stack>
      )}
    </Loaded>
  )
}

/** One event with its attempts, and the way to send it again. */
export function DeliveryDialog({ endpoint, event, onClose }: DeliveryProps) {
  return (
    <Modal
      opened={event !== undefined}
      onClose={onClose}
      title={<span className="mono">{event}</span>}
      size="lg"
    >
      {event !== undefined && <Delivery endpoint={endpoint} event={event} onClose={onClose} />}
    </Modal>
  )
}
