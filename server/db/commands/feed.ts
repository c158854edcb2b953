import type { Db } from '../open.ts'

/** An event of the live feed as it goes in; `doc` is a JSON document of the event's type. */
export interface NewFeedEvent {
  readonly type: string
  /** ISO. */
  readonly at: string
  /** Who may see it; null is everybody. */
  readonly team: string | null
  readonly doc: unknown
}

/** An event that is written. Ids rise by commit and have no order but that. */
export interface FeedEvent extends NewFeedEvent {
  readonly id: number
}

/** For commands: writes an event in the command's own transaction; publish what comes back after the commit. */
export async function insertEvent(trx: Db, event: NewFeedEvent): Promise<FeedEvent> {
  const { id } = await trx
    .insertInto('feed')
    .values({ ...event, doc: JSON.stringify(event.doc) })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { ...event, id }
}

/** Several events, in order. */
export async function insertFeed(
  trx: Db,
  events: readonly NewFeedEvent[],
): Promise<readonly FeedEvent[]> {
  const written: FeedEvent[] = []
  for (const event of events) written.push(await insertEvent(trx, event))
  return written
}

export const feedCommands = {
  /** Forgets all but the newest `keep` events. */
  trimFeed: async (trx: Db, { keep }: { keep: number }): Promise<void> => {
    const newest = await trx
      .selectFrom('feed')
      .select(({ fn }) => fn.max('id').as('id'))
      .executeTakeFirst()
    if (newest?.id)
      await trx
        .deleteFrom('feed')
        .where('id', '<=', newest.id - keep)
        .execute()
  },
}
