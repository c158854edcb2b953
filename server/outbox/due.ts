import { sql } from 'kysely'
import type { Db } from '../db/open.ts'
import { prepare } from '../db/prepared.ts'
import type { ActionType } from '../schema/action.ts'

/** Written out, so that SQLite can use the partial indexes of migration 002. */
const isPending = sql<boolean>`actions.state = 'pending'`
const isPendingMessage = sql<boolean>`actions.state = 'pending' and actions.type = 'message'`

/** An action that waits, as far as planning needs it. Instants are ISO text. */
export interface Due {
  readonly id: number
  readonly type: string
  readonly line: string
  readonly callId: number | null
  readonly dueAt: string
  readonly deadlineAt: string
}

/** One page of what is due until `until`, oldest first, but nothing in time of lines that are held. */
export async function readDue(
  db: Db,
  page: {
    types: readonly ActionType[]
    now: string
    until: string
    heldLines: readonly string[]
    limit: number
  },
): Promise<Due[]> {
  const { heldLines, now } = page
  return db
    .selectFrom('actions')
    .select(['id', 'type', 'line', 'call_id as callId', 'due_at as dueAt'])
    .select('deadline_at as deadlineAt')
    .where(isPending)
    .where('type', 'in', page.types)
    .where('due_at', '<=', page.until)
    .$if(heldLines.length > 0, (query) =>
      query.where((eb) => eb.or([eb('line', 'not in', heldLines), eb('deadline_at', '<=', now)])),
    )
    .orderBy('due_at')
    .orderBy('id')
    .limit(page.limit)
    .execute()
}

/** A message that waits, and what it has to wait for. */
export interface DueMessage extends Due {
  readonly attempts: number
  /** ISO; when a message that stands was last claimed for this person. */
  readonly personAt: string | null
  /** 1 while an earlier message to the person through the same line is not settled. */
  readonly isBehind: number
  /** 1 while its call's reject has had no answer. */
  readonly awaitsReject: number
}

export interface MessagePage {
  line: string
  now: string
  until: string
  after: { dueAt: string; id: number } | undefined
  limit: number
}

const waitingMessages = (db: Db, now: string) =>
  db
    .selectFrom('actions')
    .select(['id', 'type', 'line', 'call_id as callId', 'attempts', 'due_at as dueAt'])
    .select('deadline_at as deadlineAt')
    .select([lastToPerson.as('personAt'), isBehind(now).as('isBehind')])
    .select(awaitsReject.as('awaitsReject'))

/** One page of one line's messages that are due until `until`, oldest first, from `after` on. */
export async function readDueMessages(db: Db, page: MessagePage): Promise<DueMessage[]> {
  const { after } = page
  return waitingMessages(db, page.now)
    .where(isPendingMessage)
    .where('line', '=', page.line)
    .where('due_at', '<=', page.until)
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(actions.due_at, actions.id) > (${after?.dueAt}, ${after?.id})`),
    )
    .orderBy('due_at')
    .orderBy('id')
    .limit(page.limit)
    .execute()
}

const lastToPerson = sql<string | null>`(
  select max(other.claimed_at) from actions as other
  where other.person_id = actions.person_id and other.type = 'message'
    and other.state in ('claimed', 'done', 'uncertain'))`

/** One that will come due later is not waited for, unless it was tried before. */
const isBehind = (now: string) => sql<number>`exists (
  select 1 from actions as other
  where other.person_id = actions.person_id and other.type = 'message'
    and other.line = actions.line and other.id < actions.id
    and (other.state = 'claimed'
      or (other.state = 'pending' and (other.attempts > 0 or other.due_at <= ${now}))))`

const awaitsReject = sql<number>`exists (
  select 1 from actions as other
  where other.call_id = actions.call_id and other.type = 'reject'
    and ((other.state = 'pending' and other.attempts = 0)
      or (other.state = 'claimed' and other.attempts <= 1)))`

/** The messages of these calls that are due, oldest first. */
const ofCalls = prepare((db, asked: { calls: string; now: string }) =>
  waitingMessages(db, asked.now)
    .where(sql<boolean>`actions.call_id in (select value from json_each(${asked.calls}))`)
    .where(sql<boolean>`+actions.type = 'message' and +actions.state = 'pending'`)
    .where(sql<boolean>`+actions.due_at <= ${asked.now}`)
    .orderBy('due_at')
    .orderBy('id'),
)

export function readMessagesOf(
  db: Db,
  { calls, now }: { calls: readonly number[]; now: string },
): Promise<DueMessage[]> {
  return ofCalls.all(db, { calls: JSON.stringify(calls), now })
}

/** The lines that have messages waiting; a few index look-ups each, however many wait. */
export async function readMessageLines(db: Db): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    with recursive lines (line) as (
      select min(actions.line) from actions where ${isPendingMessage}
      union all
      select (select min(actions.line) from actions
              where ${isPendingMessage} and actions.line > lines.line)
      from lines where lines.line is not null)
    select line from lines where line is not null`.execute(db)
  return rows.map(({ line }) => line)
}

export async function hasDue(db: Db, types: readonly ActionType[], now: string): Promise<boolean> {
  const first = await db
    .selectFrom('actions')
    .select('id')
    .where(isPending)
    .where('type', 'in', types)
    .where('due_at', '<=', now)
    .limit(1)
    .executeTakeFirst()
  return first !== undefined
}
