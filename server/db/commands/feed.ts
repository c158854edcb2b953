import type { Db } from '../open.ts'
import type { RowOf } from '../prepared.ts'
import { pick, prepare } from '../prepared.ts'
import type { FeedTable } from '../tables.ts'

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

const eventColumns = ['type', 'at', 'team', 'doc'] as const
const newEvent = prepare((db, row: RowOf<FeedTable, (typeof eventColumns)[number]>) =>
  db.insertInto('feed').values(pick(row, eventColumns)).returning('id'),
)

/** For commands: writes an event in the command's own transaction; publish what comes back after the commit. */
export async function insertEvent(trx: Db, event: NewFeedEvent): Promise<FeedEvent> {
  const { type, at, team, doc } = event
  const { id } = await newEvent.only(trx, { type, at, team, doc: JSON.stringify(doc) })
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
