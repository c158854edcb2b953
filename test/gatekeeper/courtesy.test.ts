import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../server/clock.ts'
import type { Bench } from './support.ts'
import { connectChange, envelope, line, newCallId, rejectAll, startBench } from './support.ts'

const minute = 60_000

describe('follow-ups', () => {
  let bench: Bench
  let ahead = 0
  const clock = { now: () => Date.now() + ahead, monotonic: () => systemClock.monotonic() }
  beforeAll(async () => {
    const important = {
      ...rejectAll(),
      id: 'important',
      numbers: ['important-line'],
      nodes: { no: { kind: 'reject', message: { text: 'Urgent.', important: true } } },
    }
    const silent = {
      ...rejectAll(),
      id: 'silent',
      numbers: ['silent-line'],
      nodes: { no: { kind: 'reject', silent: true, reason: 'nobody is told' } },
    }
    bench = await startBench({
      policies: [rejectAll(), important, silent],
      seeds: { 'contacts.json': [{ phone: '+16315550099', optedOut: true }] },
      overrides: { clock },
    })
  })
  afterAll(() => bench.close())

  async function messageOf(from: string, number?: string) {
    const id = newCallId()
    const change = connectChange({ id, from, age: -Math.floor(ahead / 1000) })
    if (number !== undefined) change.value.metadata.phone_number_id = number
    expect((await bench.post(envelope(change))).status).toBe(200)
    await bench.server.context.dispatcher.idle()
    const { actions } = await bench.decision(id)
    return actions.find((action) => action.type === 'message')
  }

  it('go out at most once in ten minutes and three times a day, and say why not', async () => {
    const from = '16315550010'
    await bench.sim.message({ from, line, text: 'Hello' })
    const seen: (string | undefined)[] = []
    for (const minutes of [0, 5, 11, 22, 33, 24 * 60 + 23]) {
      ahead = minutes * minute
      const message = await messageOf(from)
      seen.push(message?.state === 'suppressed' ? message.reason : 'sent')
    }
    ahead = 0
    expect(seen).toEqual(['sent', 'sent_recently', 'sent', 'sent', 'daily_cap', 'sent'])
  })

  it('are reserved in the decision, so that two calls at once bring one message', async () => {
    await bench.sim.message({ from: '16315550011', line, text: 'Hello' })
    const results = await Promise.all([messageOf('16315550011'), messageOf('16315550011')])
    expect(results.map((message) => message?.reason ?? 'sent').sort()).toEqual([
      'sent',
      'sent_recently',
    ])
  })

  it('that are important pass the limits', async () => {
    await messageOf('16315550012')
    expect((await messageOf('16315550012', 'important-line'))?.state).not.toBe('suppressed')
  })

  it('never reach somebody who opted out, important or not', async () => {
    expect(await messageOf('16315550099')).toMatchObject({
      state: 'suppressed',
      reason: 'opted_out',
    })
    expect(await messageOf('16315550099', 'important-line')).toMatchObject({ reason: 'opted_out' })
  })

  it('are journalled as suppressed where the policy is silent', async () => {
    expect(await messageOf('16315550013', 'silent-line')).toMatchObject({
      state: 'suppressed',
      reason: 'silent',
    })
  })
})
