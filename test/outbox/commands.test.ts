import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { outboxStats } from '../../server/db/commands/outbox.ts'
import { openForWriting } from '../../server/db/open.ts'
import type { ActionResult } from '../../server/schema/action.ts'
import { message, notify, Outbox, reject, withTemplate } from './outbox.ts'

let outbox: Outbox
beforeAll(async () => {
  outbox = await Outbox.open()
})
beforeEach(() => outbox.reset())
afterAll(() => outbox.close())

const at = '2026-11-20T10:00:00.000Z'
const refused = { outcome: 'use_template', code: 131047, details: 'outside the window' } as const

describe('claimActions', () => {
  it('claims once', async () => {
    const id = await outbox.add(reject)
    const [both, none] = [await outbox.claim(id), await outbox.claim(id)]
    expect(both).toMatchObject([{ id, state: 'claimed', attempts: 1, payload: { type: 'reject' } }])
    expect(none).toEqual([])
    expect((await outbox.action(id)).claimed_at).not.toBeNull()
  })

  it('leaves what is not due', async () => {
    const id = await outbox.add(message(), { dueInMs: 5_000 })
    expect(await outbox.claim(id)).toEqual([])
    expect(await outbox.state(id)).toBe('pending')
  })

  it('lets expire what is past its deadline', async () => {
    const id = await outbox.add(message(), { deadlineInMs: -1 })
    expect(await outbox.claim(id)).toMatchObject([{ id, state: 'expired' }])
    expect(await outbox.action(id)).toMatchObject({ state: 'expired', attempts: 0 })
  })

  it('fails what it cannot read and claims the rest', async () => {
    const rows = [{ ...outbox.row(message()), payload: '{"type":"fax"}' }, outbox.row(message())]
    const ids = await outbox.insert(rows)
    const claimed = await outbox.claim(...ids)
    expect(claimed.map(({ id }) => id)).toEqual([ids[1]])
    expect(await outbox.state(ids[0] ?? 0)).toBe('failed')
  })

  it('claims without ids, oldest first, up to the limit', async () => {
    const later = await outbox.add(message(), { dueInMs: -1_000 })
    const first = await outbox.add(message(), { dueInMs: -9_000 })
    const claimed = await outbox.writer.run('claimActions', { now: outbox.now(), limit: 1 })
    expect(claimed.map(({ id }) => id)).toEqual([first])
    expect(await outbox.state(later)).toBe('pending')
  })
})

describe('settleAction', () => {
  it.each<[ActionResult, object]>([
    [
      { outcome: 'done', providerId: 'p' },
      { state: 'done', provider_id: 'p', error: null },
    ],
    [
      { outcome: 'gone', code: 100 },
      { state: 'gone', reason: 'caller_gone', error_code: 100 },
    ],
    [
      { outcome: 'failed', code: 1, details: 'no' },
      { state: 'failed', error: 'no', error_code: 1 },
    ],
    [
      { outcome: 'uncertain', details: 'lost' },
      { state: 'uncertain', error: 'lost' },
    ],
  ])('records %o', async (result, expected) => {
    const id = await outbox.add(message())
    await outbox.claim(id)
    await outbox.settle(id, result)
    expect(await outbox.action(id)).toMatchObject(expected)
  })

  it('puts a retry back, and lets it expire past the deadline', async () => {
    const [soon, late] = [await outbox.add(message()), await outbox.add(message())]
    await outbox.claim(soon, late)
    const retry: ActionResult = { outcome: 'retry', details: 'refused connection' }
    const dueAt = new Date(Date.now() + 1_000).toISOString()
    expect(await outbox.settle(soon, retry, dueAt)).toEqual({ state: 'pending' })
    expect(await outbox.action(soon)).toMatchObject({
      due_at: dueAt,
      attempts: 1,
      claimed_at: null,
    })
    const beyond = new Date(Date.now() + 61_000).toISOString()
    expect(await outbox.settle(late, retry, beyond)).toEqual({ state: 'expired' })
  })

  it('sends the template in place of a refused message, once', async () => {
    const id = await outbox.add(withTemplate, { key: 'k', personId: 7 })
    await outbox.claim(id)
    const { state, followOn = 0 } = await outbox.settle(id, refused)
    expect(state).toBe('failed')
    const [original, template] = [await outbox.action(id), await outbox.action(followOn)]
    expect(original.error_code).toBe(131047)
    expect(template).toMatchObject({
      parent_id: id,
      deadline_at: original.deadline_at,
      person_id: 7,
    })
    expect(JSON.parse(template.payload)).toMatchObject({ asTemplate: true })
    await outbox.claim(followOn)
    expect(await outbox.settle(followOn, refused)).toEqual({ state: 'failed' })
  })

  it('fails a refused message without a template', async () => {
    const id = await outbox.add(message())
    await outbox.claim(id)
    expect(await outbox.settle(id, refused)).toEqual({ state: 'failed' })
  })

  it('changes nothing that is settled', async () => {
    const id = await outbox.add(message())
    await outbox.claim(id)
    await outbox.settle(id, { outcome: 'failed', details: 'no' })
    expect(await outbox.settle(id, { outcome: 'done' })).toEqual({ state: 'failed' })
    expect(await outbox.settle(id, { outcome: 'retry', details: '' })).toEqual({ state: 'failed' })
  })
})

describe('settleByStatus', () => {
  it('settles an uncertain message by our key', async () => {
    const id = await outbox.add(message(), { key: 'k' })
    await outbox.claim(id)
    await outbox.settle(id, { outcome: 'uncertain', details: 'lost' })
    const input = { actionKey: 'k', providerId: 'p', status: 'delivered', at } as const
    expect(await outbox.writer.run('settleByStatus', input)).toMatchObject({
      actionId: id,
      state: 'done',
      changed: true,
    })
    expect(await outbox.action(id)).toMatchObject({
      provider_id: 'p',
      delivery: 'delivered',
      error: null,
    })
  })

  it('never takes a delivery back, and says when nothing was new', async () => {
    const id = await outbox.add(message(), { key: 'k' })
    await outbox.claim(id)
    for (const status of ['read', 'delivered', 'read'] as const)
      await outbox.writer.run('settleByStatus', { actionKey: 'k', status, at })
    expect((await outbox.action(id)).delivery).toBe('read')
    const again = { actionKey: 'k', status: 'sent', at } as const
    expect(await outbox.writer.run('settleByStatus', again)).toMatchObject({ changed: false })
  })

  it('knows a status that came by provider id before the answer', async () => {
    const id = await outbox.add(message())
    await outbox.claim(id)
    const doc = {
      channel: 'whatsapp',
      key: 's',
      line: 'line-1',
      kind: 'message_status',
      messageId: 'p',
      to: {},
      status: 'failed',
      error: { code: 131026 },
    }
    const other = openForWriting(outbox.path)
    await other
      .insertInto('signals')
      .values({
        key: 's',
        channel: 'whatsapp',
        kind: 'message_status',
        line: 'line-1',
        provider_id: 'p',
        arrived_at: at,
        doc: JSON.stringify(doc),
      })
      .execute()
    await other.destroy()
    expect(await outbox.settle(id, { outcome: 'done', providerId: 'p' })).toEqual({
      state: 'failed',
    })
    expect(await outbox.action(id)).toMatchObject({ delivery: 'failed', error_code: 131026 })
  })

  it('ignores what was never sent from here', async () => {
    await outbox.add(message(), { key: 'k' })
    for (const actionKey of ['k', 'unknown']) {
      const input = { actionKey, status: 'sent', at } as const
      expect(await outbox.writer.run('settleByStatus', input)).toBeUndefined()
    }
  })

  it('ends the same in whatever order answer and statuses come', async () => {
    type Event = ActionResult | { status: 'sent' | 'delivered' | 'read' | 'failed'; code?: number }
    const answer = fc.constantFrom<ActionResult>(
      { outcome: 'done', providerId: 'p' },
      { outcome: 'uncertain', details: 'lost' },
    )
    const status = fc.constantFrom<Event>(
      { status: 'sent' },
      { status: 'delivered' },
      { status: 'read' },
      { status: 'failed', code: 131047 },
    )
    const orders = fc
      .tuple(answer, fc.array(status, { minLength: 1, maxLength: 5 }))
      .chain(([first, rest]) => {
        const events: Event[] = [first, ...rest, first]
        const shuffled = fc.shuffledSubarray(events, { minLength: events.length })
        return fc.tuple(shuffled, shuffled)
      })
    const endOf = async (events: Event[]) => {
      const key = `run-${Math.random()}`
      const id = await outbox.add(withTemplate, { key })
      await outbox.claim(id)
      for (const event of events) {
        if ('outcome' in event) await outbox.settle(id, event)
        else
          await outbox.writer.run('settleByStatus', {
            actionKey: key,
            status: event.status,
            at,
            ...(event.code !== undefined && { error: { code: event.code } }),
          })
      }
      const { state, delivery, error, error_code } = await outbox.action(id)
      const templates = await outbox.read
        .selectFrom('actions')
        .select('state')
        .where('parent_id', '=', id)
        .execute()
      return { state, delivery, error, error_code, templates }
    }
    await fc.assert(
      fc.asyncProperty(orders, async ([one, other]) => {
        expect(await endOf(one)).toEqual(await endOf(other))
      }),
      { numRuns: 60 },
    )
  })
})

describe('recoverActions', () => {
  it('does calls again, doubts messages, lets the late expire', async () => {
    const call = await outbox.add(reject)
    const note = await outbox.add(notify)
    const sent = await outbox.add(message())
    const late = await outbox.add(reject, { deadlineInMs: 1_000 })
    await outbox.claim(call, note, sent, late)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const recovered = await outbox.writer.run('recoverActions', { now: outbox.now() })
    expect(recovered).toEqual({ reclaimed: 2, uncertain: 1, expired: 1 })
    expect(await Promise.all([call, note, sent, late].map((id) => outbox.state(id)))).toEqual([
      'pending',
      'pending',
      'uncertain',
      'expired',
    ])
  })
})

describe('outboxStats', () => {
  it('counts what waits and what is under way', async () => {
    const first = await outbox.add(message(), { dueInMs: -1_000 })
    await outbox.add(message())
    await outbox.claim(first)
    const { due_at } = await outbox.action(first)
    expect(await outboxStats(outbox.read)).toEqual([
      { type: 'message', pending: 1, claimed: 1, oldestDueAt: due_at },
    ])
  })
})
