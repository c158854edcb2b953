import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Channel } from '../../server/channels/channel.ts'
import type { Clock } from '../../server/clock.ts'
import { systemClock, toIso } from '../../server/clock.ts'
import type { Db } from '../../server/db/open.ts'
import { openForReading, openForWriting } from '../../server/db/open.ts'
import type { ActionRow, NewAction } from '../../server/db/tables.ts'
import type { Writer } from '../../server/db/writer.ts'
import { openWriter } from '../../server/db/writer.ts'
import { createLogger } from '../../server/logger.ts'
import type { Dispatcher, SettledEvent } from '../../server/outbox/dispatcher.ts'
import { createDispatcher } from '../../server/outbox/dispatcher.ts'
import type { Pacing } from '../../server/outbox/pacing.ts'
import type { Action, ActionPayload, ActionResult } from '../../server/schema/action.ts'
import type { RenderedMessage } from '../../server/schema/message.ts'

export interface Draft {
  key?: string
  callId?: number | null
  personId?: number | null
  line?: string
  state?: string
  attempts?: number
  /** Milliseconds from now. */
  dueInMs?: number
  deadlineInMs?: number
  createdAt?: string
  claimedAt?: string
}

const to = { phone: '+33612345678' }

export const reject: ActionPayload = { type: 'reject', callId: 'call', to }
export const accept: ActionPayload = { type: 'accept', callId: 'call', to, sdp: 'v=0' }
export const preAccept: ActionPayload = { type: 'pre_accept', callId: 'call', to, sdp: 'v=0' }
export const notify: ActionPayload = { type: 'notify', level: 'high', text: 'ringing' }

export function message(more: Partial<RenderedMessage> = {}): ActionPayload {
  return { type: 'message', to, message: { text: 'hello', ...more } }
}

export const withTemplate = message({ template: { name: 'sorry', language: 'en' } })

/** A real database in a folder of its own, and hands that put actions into it as decisions do. */
export class Outbox {
  readonly path: string
  readonly events: SettledEvent[] = []
  readonly alarms: string[] = []
  readonly notified: Action[] = []
  readonly #hands: Db
  readonly read: Db
  readonly clock: Clock
  writer: Writer
  #dispatcher: Dispatcher | undefined
  #count = 0

  constructor(writer: Writer, path: string, clock: Clock) {
    this.path = path
    this.writer = writer
    this.clock = clock
    this.#hands = openForWriting(path)
    this.read = openForReading(path)
  }

  static async open(clock: Clock = systemClock): Promise<Outbox> {
    const path = join(mkdtempSync(join(tmpdir(), 'outbox-')), 'test.db')
    return new Outbox(await openWriter(path), path, clock)
  }

  row(payload: ActionPayload, draft: Draft = {}): NewAction {
    this.#count += 1
    const now = this.clock.now()
    const createdAt = draft.createdAt ?? toIso(now)
    return {
      key: draft.key ?? `key-${this.#count}`,
      call_id: draft.callId ?? null,
      person_id: draft.personId ?? null,
      channel: 'whatsapp',
      line: draft.line ?? 'line-1',
      type: payload.type,
      payload: JSON.stringify(payload),
      state: draft.state ?? 'pending',
      attempts: draft.attempts ?? 0,
      created_at: createdAt,
      due_at: toIso(now + (draft.dueInMs ?? 0)),
      deadline_at: toIso(now + (draft.deadlineInMs ?? 60_000)),
      claimed_at: draft.claimedAt ?? null,
    }
  }

  async insert(rows: readonly NewAction[]): Promise<number[]> {
    return this.#hands.transaction().execute(async (trx) => {
      const ids: number[] = []
      for (const row of rows) {
        const { id } = await trx
          .insertInto('actions')
          .values(row)
          .returning('id')
          .executeTakeFirstOrThrow()
        ids.push(id)
      }
      return ids
    })
  }

  async add(payload: ActionPayload, draft: Draft = {}): Promise<number> {
    const [id] = await this.insert([this.row(payload, draft)])
    if (id === undefined) throw new Error('nothing was inserted')
    this.#dispatcher?.wake([id])
    return id
  }

  action(id: number): Promise<ActionRow> {
    return this.read
      .selectFrom('actions')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  }

  async state(id: number): Promise<string> {
    return (await this.action(id)).state
  }

  now(): string {
    return toIso(this.clock.now())
  }

  async claim(...ids: number[]): Promise<Action[]> {
    return this.writer.run('claimActions', { now: this.now(), ids, limit: 100 })
  }

  async settle(id: number, result: ActionResult, retryAt?: string) {
    return this.writer.run('settleAction', {
      id,
      now: this.now(),
      result,
      ...(retryAt !== undefined && { retryAt }),
    })
  }

  dispatch(channel: Channel, pacing: Partial<Pacing> = {}): Dispatcher {
    this.#dispatcher = createDispatcher({
      writer: this.writer,
      db: this.read,
      channels: new Map([['whatsapp', channel]]),
      clock: this.clock,
      log: createLogger('silent'),
      notify: async (action) => {
        this.notified.push(action)
        return { outcome: 'done' }
      },
      onSettled: (event) => this.events.push(event),
      alarm: (_name, text) => this.alarms.push(text),
      pacing,
    })
    return this.#dispatcher
  }

  /** As new, but for the writer thread. */
  async reset(): Promise<void> {
    await this.#dispatcher?.close()
    this.#dispatcher = undefined
    await this.#hands.deleteFrom('actions').execute()
    await this.#hands.deleteFrom('signals').execute()
    for (const list of [this.events, this.alarms, this.notified]) list.length = 0
  }

  /** Nothing else can write until `release`. */
  async lock(): Promise<{ release(): Promise<void> }> {
    const other = openForWriting(this.path)
    const held = await other.startTransaction().execute()
    await sql`update actions set id = id where id = 0`.execute(held)
    return {
      release: async () => {
        await held.rollback().execute()
        await other.destroy()
      },
    }
  }

  async close(): Promise<void> {
    await this.#dispatcher?.close()
    await this.writer.close()
    await this.#hands.destroy()
    await this.read.destroy()
    rmSync(join(this.path, '..'), { recursive: true, force: true })
  }
}
