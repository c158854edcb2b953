import type { Signal } from '../../schema/signal.ts'
import type { Db } from '../open.ts'
import type { RowOf } from '../prepared.ts'
import { pick, prepare } from '../prepared.ts'
import type { DeliveriesTable, SignalsTable } from '../tables.ts'

/** The delivery a signal came in; its body is carried by the first signal only. */
export interface DeliveryPart {
  id: number
  channel: string
  body?: string | undefined
}

export interface SignalInput {
  signal: Signal
  /** ISO. */
  arrivedAt: string
  delivery: DeliveryPart
}

/** The provider's id of the thing a signal is about. */
export function providerIdOf(signal: Signal): string {
  if ('callId' in signal) return signal.callId
  if ('messageId' in signal) return signal.messageId
  return signal.key
}

const signalColumns = [
  'key',
  'channel',
  'kind',
  'line',
  'provider_id',
  'at',
  'arrived_at',
  'person_id',
  'delivery_id',
  'doc',
] as const
const newSignal = prepare((db, row: RowOf<SignalsTable, (typeof signalColumns)[number]>) =>
  db
    .insertInto('signals')
    .values(pick(row, signalColumns))
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('id'),
)

const deliveryColumns = ['id', 'channel', 'arrived_at', 'body'] as const
const newDelivery = prepare((db, row: RowOf<DeliveriesTable, (typeof deliveryColumns)[number]>) =>
  db
    .insertInto('deliveries')
    .values(pick(row, deliveryColumns))
    .onConflict((conflict) => conflict.doNothing())
    .returning('id'),
)

/**
 * Puts a signal into the inbox, once.
 * @returns false when it was there already: a duplicate, of which nothing more may happen
 */
export async function insertSignal(
  trx: Db,
  input: SignalInput,
  personId: number | null,
): Promise<boolean> {
  const { signal, arrivedAt, delivery } = input
  const inserted = await newSignal.first(trx, {
    key: signal.key,
    channel: signal.channel,
    kind: signal.kind,
    line: signal.line,
    provider_id: providerIdOf(signal),
    at: signal.at ?? null,
    arrived_at: arrivedAt,
    person_id: personId,
    delivery_id: delivery.id,
    doc: JSON.stringify(signal),
  })
  if (inserted === undefined) return false
  const { id, channel, body } = delivery
  if (body !== undefined) await newDelivery.all(trx, { id, channel, arrived_at: arrivedAt, body })
  return true
}
