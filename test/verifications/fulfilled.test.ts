import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Bench } from '../gatekeeper/support.ts'
import {
  asked,
  connectChange,
  envelope,
  line,
  newCallId,
  terminateChange,
} from '../gatekeeper/support.ts'
import type { Receiver } from './support.ts'
import { look, open, startReceiver, startVerifier, verified } from './support.ts'

let bench: Bench
let receiver: Receiver
beforeAll(async () => {
  bench = await startVerifier({
    seeds: {
      'contacts.json': [
        { phone: '+447700900641', userId: 'GB.13491208655302740641', language: 'fr', name: 'Amy' },
        { phone: '+447700900607', optedOut: true },
      ],
    },
  })
})
afterAll(() => bench.close())
beforeEach(async () => (receiver = await startReceiver()))
afterEach(() => receiver.close())

async function call(from: { from?: string; userId?: string; age?: number }) {
  const id = newCallId()
  expect((await bench.post(envelope(connectChange({ id, ...from })))).status).toBe(200)
  return id
}
const nodeOf = async (id: string) => (await bench.decision(id)).node

describe('a verification', () => {
  it('is fulfilled by the call of that person, and tells the webhook once', async () => {
    const { url: webhook } = receiver
    const opened = await open(bench, { phone: '+1 (212) 555-0141', webhook })
    expect(opened).toMatchObject({ state: 'pending' })
    expect(opened).not.toHaveProperty('message')
    const id = await call({ from: '12125550141' })
    await bench.settled()

    const decision = await bench.decision(id)
    expect(decision.path.map(({ node }) => node)).toEqual(['pending', 'confirmed'])
    expect(decision.facts['verification.pending']).toMatchObject({ value: true })
    expect(decision.actions.map(({ type, state }) => [type, state])).toContainEqual([
      'webhook',
      'done',
    ])
    const found = await look(bench, opened.id)
    expect(found).toMatchObject({ state: 'fulfilled', callRef: decision.ref })
    expect(found.webhook).toMatchObject({ state: 'done', attempts: 1 })
    expect(found).not.toHaveProperty('webhookSecret')

    expect(receiver.told).toHaveLength(1)
    for (const told of receiver.told)
      expect(verified(told, opened.webhookSecret ?? '')).toEqual({
        type: 'verification.fulfilled',
        timestamp: found.fulfilledAt,
        data: {
          id: opened.id,
          expiresAt: opened.expiresAt,
          callRef: decision.ref,
          fulfilledAt: found.fulfilledAt,
          decision: { policy: 'confirming', outcome: 'reject', node: 'confirmed' },
        },
      })
    expect(receiver.told[0]?.body).not.toContain('12125550141')
  })

  it('is fulfilled once: the next call is an ordinary one', async () => {
    await open(bench, { phone: '+12125550142' })
    expect(await nodeOf(await call({ from: '12125550142' }))).toBe('confirmed')
    expect(await nodeOf(await call({ from: '12125550142' }))).toBe('ordinary')
  })

  it('is fulfilled once by calls at the same moment', async () => {
    const { url: webhook } = receiver
    const opened = await open(bench, { phone: '+12125550143', webhook })
    const ids = Array.from({ length: 8 }, () => newCallId())
    const calls = ids.map((id) => connectChange({ id, from: '12125550143' }))
    expect((await bench.post(envelope(...calls))).status).toBe(200)
    await bench.settled()
    const { callRef } = await look(bench, opened.id)
    const decisions = await Promise.all(ids.map((id) => bench.decision(id)))
    expect(decisions.map(({ ref }) => ref)).toContain(callRef)
    // more than one was decided while the window was open
    expect(decisions.filter(({ node }) => node === 'confirmed').length).toBeGreaterThan(1)
    expect(receiver.told).toHaveLength(1)
    const feed = await bench.server.context.db
      .selectFrom('feed')
      .select('doc')
      .where('type', '=', 'verification.fulfilled')
      .execute()
    expect(feed.filter(({ doc }) => doc.includes(opened.id))).toHaveLength(1)
  })

  it('is fulfilled one window a call, the oldest first', async () => {
    const first = await open(bench, { phone: '+12125550144' })
    const second = await open(bench, { phone: '+12125550144' })
    await call({ from: '12125550144' })
    expect((await look(bench, first.id)).state).toBe('fulfilled')
    expect((await look(bench, second.id)).state).toBe('pending')
    await call({ from: '12125550144' })
    expect((await look(bench, second.id)).state).toBe('fulfilled')
  })

  it.each([
    ['Brazil, opened without the ninth digit', '+551187654321', '5511987654321'],
    ['Brazil, called without the ninth digit', '+55 11 98765-4322', '551187654322'],
    ['Argentina', '+541123456789', '5491123456789'],
    ['Mexico', '+525512345678', '5215512345678'],
    ['two zeros before the number', '00442079460018', '442079460018'],
  ])('is fulfilled whatever the spelling of the number: %s', async (_, phone, from) => {
    const opened = await open(bench, { phone })
    expect(await nodeOf(await call({ from }))).toBe('confirmed')
    expect((await look(bench, opened.id)).state).toBe('fulfilled')
  })

  it('by user id is fulfilled by a call that names only the user id', async () => {
    const opened = await open(bench, { userId: 'US.13491208655302741918' })
    expect(await nodeOf(await call({ userId: 'US.13491208655302741918' }))).toBe('confirmed')
    expect((await look(bench, opened.id)).state).toBe('fulfilled')
  })

  it('by phone is fulfilled by the user id that belongs to it, and the other way round', async () => {
    const byPhone = await open(bench, { phone: '+447700900641' })
    await call({ userId: 'GB.13491208655302740641' })
    expect((await look(bench, byPhone.id)).state).toBe('fulfilled')
    const byUser = await open(bench, { userId: 'GB.13491208655302740641' })
    await call({ from: '447700900641' })
    expect((await look(bench, byUser.id)).state).toBe('fulfilled')
  })

  it('is not fulfilled by somebody else, a late delivery, or a call that was over', async () => {
    const opened = await open(bench, { phone: '+12125550146' })
    expect(await nodeOf(await call({ from: '12125550147' }))).toBe('ordinary')
    await call({ from: '12125550146', age: 61 })
    const over = { id: newCallId(), from: '12125550146' }
    await bench.post(envelope(terminateChange(over)))
    await bench.post(envelope(connectChange(over)))
    expect((await look(bench, opened.id)).state).toBe('pending')
    expect(await nodeOf(await call({ from: '12125550146' }))).toBe('confirmed')
  })

  it('is not fulfilled by a call that arrived before it was opened', async () => {
    const { writer, clock } = bench.server.context
    const now = clock.now() + 60_000
    const ref = 'opened0in0future'
    await writer.run('openVerification', {
      ref,
      phone: '+12125550148',
      userId: null,
      now,
      expiresAt: now + 120_000,
      by: { kind: 'token', id: null, name: 'admin', address: null },
    })
    expect(await nodeOf(await call({ from: '12125550148' }))).toBe('ordinary')
    expect((await look(bench, ref)).state).toBe('pending')
  })
})

describe('the message of a verification', () => {
  const sentTo = (to: string) =>
    asked(bench, 'messages').filter((body) => [body['to'], body['recipient']].includes(to))

  it('asks the person to call in their language, or by template outside the window', async () => {
    const opened = await open(bench, {
      phone: '+447700900641',
      message: {
        text: 'Hello {{caller.name | default: "customer"}}, call us within 2 minutes.',
        locales: { fr: '{{caller.name | default: "Bonjour"}}, appelez-nous sous 2 minutes.' },
        call: { label: 'Call now', ttlMinutes: 2 },
        template: { name: 'please_call', language: 'en', params: ['Amy'] },
      },
    })
    // it may be on its way already
    expect(opened.message?.state).toMatch(/^(pending|claimed|done)$/)
    await bench.settled()
    expect(JSON.stringify(sentTo('+447700900641'))).toContain('Amy, appelez-nous sous 2 minutes.')
    expect(JSON.stringify(sentTo('+447700900641'))).toContain('Call now')
    expect(sentTo('+447700900641')).toContainEqual(
      expect.objectContaining({ template: expect.objectContaining({ name: 'please_call' }) }),
    )
  })

  it('is sent although a follow-up went out a moment ago', async () => {
    await call({ from: '12125550151' })
    const opened = await open(bench, {
      phone: '+12125550151',
      message: 'Please call us now.',
      line,
    })
    expect(opened.message?.state).toMatch(/^(pending|claimed|done)$/)
  })

  it('is not sent to who has opted out', async () => {
    const opened = await open(bench, { phone: '+447700900607', message: 'Please call us now.' })
    expect(opened.message).toMatchObject({ state: 'suppressed', reason: 'opted_out' })
    await bench.settled()
    expect(sentTo('+447700900607')).toEqual([])
  })

  it('is not sent any more once the window has closed', async () => {
    const opened = await open(bench, { phone: '+12125550152', ttlSeconds: 10, message: 'Call.' })
    const action = await bench.server.context.db
      .selectFrom('actions')
      .select('deadline_at')
      .where('key', '=', `${opened.id}:message`)
      .executeTakeFirstOrThrow()
    expect(action.deadline_at).toBe(opened.expiresAt)
  })
})
