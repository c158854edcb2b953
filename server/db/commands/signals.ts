import type { Signal } from '../../schema/signal.ts'
import type { Db } from '../open.ts'

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
  const inserted = await trx
    .insertInto('signals')
    .values({
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
    .onConflict((conflict) => conflict.column('key').doNothing())
    .executeTakeFirst()
  if (Number(inserted.numInsertedOrUpdatedRows ?? 0) === 0) return false
  if (delivery.body !== undefined)
    await trx
      .insertInto('deliveries')
      .values({
        id: delivery.id,
        channel: delivery.channel,
        arrived_at: arrivedAt,
        body: delivery.body,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  return true
}
