import { newRef } from '../../ref.ts'
import { maskPhone } from '../../schema/privacy.ts'
import type { WebhookData, WebhookEventType } from '../../schema/webhook-out.ts'
import type { Db } from '../open.ts'
import { prepare } from '../prepared.ts'
import type { WebhookEventRow } from '../tables.ts'

/** Something other systems are told of. */
export interface WebhookNews<T extends WebhookEventType> {
  readonly type: T
  /** ISO; when it happened. */
  readonly at: string
  /** Whom it is about; undefined for what is about nobody. */
  readonly personId?: number | null
  readonly data: WebhookData<T>
}

const listeners = prepare((db, _: Record<never, never>) =>
  db.selectFrom('webhook_endpoints').select(['id', 'events', 'numbers']).where('enabled', '=', 1),
)
const personWith = prepare((db, person: { id: number }) =>
  db.selectFrom('people').select(['ref', 'phone', 'user_id', 'name']).where('id', '=', person.id),
)

type NewEvent = Omit<WebhookEventRow, 'id'>

/** Puts an event into the queue of these endpoints. */
export async function queueEvent(
  trx: Db,
  event: NewEvent,
  endpoints: readonly string[],
): Promise<void> {
  const { id } = await trx
    .insertInto('webhook_events')
    .values(event)
    .returning('id')
    .executeTakeFirstOrThrow()
  for (const endpoint_id of endpoints)
    await trx
      .insertInto('webhook_deliveries')
      .values({ event_id: id, endpoint_id, state: 'pending', tries: 0, due_at: '' })
      .execute()
}

/** A new `webhook-id`. */
export const newEventRef = (): string => `msg_${newRef()}`

/**
 * Queues an event for who wants to hear of it, in the transaction of what happened: it is told of when
 * and only when that is committed. Numbers stand in it whole only where an endpoint receives them.
 */
export async function tellWebhooks<T extends WebhookEventType>(
  trx: Db,
  news: WebhookNews<T>,
): Promise<void> {
  const all = await listeners.all(trx, {})
  // written by the commands of endpoints alone
  const wanted = all.filter(({ events }) => (JSON.parse(events) as string[]).includes(news.type))
  if (wanted.length === 0) return
  const { type, at, personId, data } = news
  const found =
    personId === null || personId === undefined
      ? undefined
      : await personWith.first(trx, { id: personId })
  const { ref = '', phone = null, user_id: userId = null, name = null } = found ?? {}
  const person = found ? { ref, phone: phone && maskPhone(phone) } : null
  const isWhole = found !== undefined && wanted.some(({ numbers }) => numbers === 1)
  const event = {
    ref: newEventRef(),
    type,
    at,
    person_id: personId ?? null,
    data: JSON.stringify(personId === undefined ? data : { ...data, person }),
    personal: isWhole ? JSON.stringify({ phone, userId, name }) : null,
  }
  await queueEvent(
    trx,
    event,
    wanted.map(({ id }) => id),
  )
}
