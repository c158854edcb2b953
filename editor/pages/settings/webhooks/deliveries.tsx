import { Select } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Send } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeliveryView, Endpoint } from '../../../../server/schema/webhook-out.ts'
import { deliveryStates } from '../../../../server/schema/webhook-out.ts'
import { answer, client } from '../../../api/client.ts'
import { Card } from '../../../parts/card.tsx'
import { Loaded } from '../../../parts/loaded.tsx'
import { Pager } from '../../../parts/pager.tsx'
import { EmptyState } from '../../../parts/states.tsx'
import type { Column } from '../../../parts/table.tsx'
import { Table, TwoLines } from '../../../parts/table.tsx'
import { Tag } from '../../../parts/tag.tsx'
import { Time } from '../../../parts/time.tsx'
import { DeliveryDialog } from './delivery-dialog.tsx'

const tones = { pending: 'warn', done: 'accept', failed: 'err' } as const
/** What waits may have arrived, and an endpoint begun to fail, a moment later. */
export const refreshMs = 5_000

/** What one endpoint was sent, and what came of it. */
export function Deliveries({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation()
  const [state, setState] = useState<string | null>(null)
  const [page, setPage] = useState(1)
  const [open, setOpen] = useState<string>()
  const { id } = endpoint
  const chosen = deliveryStates.find((one) => one === state)
  const log = useQuery({
    queryKey: ['webhooks', id, 'deliveries', chosen, page],
    queryFn: () =>
      answer(
        client.api.webhooks[':id'].deliveries.$get({
          param: { id },
          query: { page: String(page), ...(chosen && { state: chosen }) },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  })
  const columns: readonly Column<DeliveryView>[] = [
    { key: 'at', head: t('webhooks.when'), width: 130, cell: ({ at }) => <Time at={at} /> },
    {
      key: 'what',
      head: t('webhooks.what'),
      cell: ({ type, event }) => (
        <TwoLines first={type} second={<span className="mono">{event}</span>} />
      ),
    },
    {
      key: 'state',
      head: t('webhooks.state'),
      cell: (row) => <Tag tone={tones[row.state]}>{t(`webhooks.stateOf.${row.state}`)}</Tag>,
    },
    {
      key: 'answer',
      head: t('webhooks.answer'),
      align: 'end',
      cell: ({ lastStatus }) => lastStatus ?? t('webhooks.noAnswer'),
    },
    {
      key: 'attempts',
      head: t('webhooks.attempts'),
      align: 'end',
      cell: ({ attempts }) => attempts,
    },
    {
      key: 'next',
      head: t('webhooks.next'),
      cell: ({ nextAt, state: is }) => {
        if (is !== 'pending') return '–'
        return nextAt ? <Time at={nextAt} /> : t('webhooks.nextNow')
      },
    },
  ]
  const name = endpoint.description || new URL(endpoint.url).host
  return (
    <>
      <Card title={t('webhooks.logOf', { name })} isFilled>
        <Select
          m="sm"
          w={200}
          aria-label={t('webhooks.state')}
          placeholder={t('webhooks.anyState')}
          data={deliveryStates.map((value) => ({ value, label: t(`webhooks.stateOf.${value}`) }))}
          value={state}
          clearable
          onChange={(value) => {
            setState(value)
            setPage(1)
          }}
        />
        <Loaded query={log}>
          {({ data, pagination }) =>
            data.length === 0 ? (
              <EmptyState icon={Send} title={t('webhooks.logEmpty')}>
                {t('webhooks.logEmptyText')}
              </EmptyState>
            ) : (
              <>
                <Table
                  label={t('webhooks.log')}
                  columns={columns}
                  rows={data}
                  keyOf={({ event }) => event}
                  onOpen={({ event }) => setOpen(event)}
                />
                <Pager pagination={pagination} onPage={setPage} />
              </>
            )
          }
        </Loaded>
      </Card>
      <DeliveryDialog endpoint={id} event={open} onClose={() => setOpen(undefined)} />
    </>
  )
}
