import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FaultName } from '../../server/simulator/faults.ts'
import type { SimulatedCall } from '../../server/simulator/simulated-call.ts'
import type { Switches } from '../../server/simulator/switches.ts'
import type { Bench } from '../gatekeeper/support.ts'
import { line, startBench } from '../gatekeeper/support.ts'

/** What Meta really did for one call, by its own log. */
function doneAtMeta(bench: Bench, id: string, ref: string) {
  const done = { rejects: 0, messages: 0, asked: 0 }
  for (const event of bench.sim.log) {
    if (event.kind !== 'graph' || event.method !== 'POST') continue
    const body = event.body as Record<string, unknown> | null
    const isMessage = event.path.endsWith('/messages')
    const isOurs = isMessage
      ? String(body?.['biz_opaque_callback_data']).startsWith(ref)
      : body?.['call_id'] === id && body['action'] === 'reject'
    if (!isOurs) continue
    done.asked += 1
    if (event.performed && isMessage) done.messages += 1
    if (event.performed && !isMessage) done.rejects += 1
  }
  return done
}

interface Seen {
  status: string
  undecided: string | null
  reject: string | undefined
  message: string | undefined
  rejects: number
  messages: number
}

describe('every behaviour of Meta', () => {
  let bench: Bench
  let caller = 0
  beforeAll(async () => {
    bench = await startBench({
      simulator: {
        time: { retrySeconds: 0.2 },
        keepLog: 100_000,
      },
    })
  })
  afterAll(() => bench.close())
  beforeEach(() => bench.sim.clearFaults())

  const dial = (options: Partial<Parameters<Bench['sim']['call']>[0]> = {}) =>
    bench.sim.call({ from: `44770090${String((caller += 1)).padStart(4, '0')}`, line, ...options })

  async function see(call: SimulatedCall): Promise<Seen> {
    await call.delivered
    for (let tries = 0; tries < 100; tries += 1) {
      await bench.server.context.dispatcher.idle()
      const { data } = (await (
        await bench.api(`/api/calls/${encodeURIComponent(call.id)}`)
      ).json()) as {
        data?: { status: string; undecided: string | null; ref: string }
      }
      const isOver = data !== undefined && data.status !== 'ringing'
      if (isOver) {
        const row = await bench.api(`/api/calls/${data.ref}/decision`)
        const actions =
          row.status === 200
            ? ((await row.json()) as { actions: { type: string; state: string }[] }).actions
            : []
        const open = actions.some(({ state }) => state === 'pending' || state === 'claimed')
        if (!open) {
          const state = (type: string) => actions.find((action) => action.type === type)?.state
          const { rejects, messages } = doneAtMeta(bench, call.id, data.ref)
          return {
            status: data.status,
            undecided: data.undecided,
            reject: state('reject'),
            message: state('message'),
            rejects,
            messages,
          }
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error('the call did not come to rest')
  }

  const answered: Seen = {
    status: 'rejected',
    undecided: null,
    reject: 'done',
    message: 'done',
    rejects: 1,
    messages: 1,
  }

  const harmless: FaultName[] = [
    'duplicate',
    'batch',
    'usernameOnly',
    'withoutContacts',
    'withoutDirection',
    'legacyConnection',
    'unknownEvent',
    'unknownFields',
    'callStatuses',
    'hugeBody',
    'answerLost',
    'wrongSignature',
    'wrongSecret',
    'missingSignature',
    'bareSuccess',
    'statusBeforeResponse',
  ]
  it.each(harmless)('%s changes nothing for the caller', async (fault) => {
    bench.sim.script(fault, 1)
    expect(await see(await dial())).toEqual(answered)
  })

  it.each([
    ['terminateStatus', 'title'],
    ['terminateStatus', 'array'],
    ['terminateStatus', 'rejected'],
    ['escapedUnicode', false],
    ['userIds', false],
    ['parentUserIds', true],
    ['wrongStateSucceeds', true],
    ['wrongStateCode', 138004],
    ['wrongStateStatus', 404],
    ['clockSkewSeconds', -20],
  ] as const)('%s as %s changes nothing for the caller', async (name, value) => {
    const before = bench.sim.switches[name]
    Object.assign(bench.sim.switches, { [name]: value } satisfies Partial<Switches>)
    try {
      expect(await see(await dial({ name: 'Zoë / Đặng' }))).toEqual(answered)
    } finally {
      Object.assign(bench.sim.switches, { [name]: before })
    }
  })

  it('a terminate that overtakes its connect is a missed call, and nothing is sent', async () => {
    expect(await see(await dial({ terminateFirst: true }))).toEqual({
      status: 'missed',
      undecided: 'ended_first',
      reject: undefined,
      message: undefined,
      rejects: 0,
      messages: 0,
    })
  })

  it('a stale connect is a missed call, and nothing is sent', async () => {
    expect(await see(await dial({ staleSeconds: 90 }))).toMatchObject({
      status: 'missed',
      undecided: 'stale',
      rejects: 0,
      messages: 0,
    })
  })

  it('a caller who hangs up before our reject still gets the message', async () => {
    bench.sim.failNext({
      path: 'calls',
      status: 429,
      code: 138005,
      headers: { 'retry-after': '1' },
    })
    const seen = await see(await dial({ hangUpAfterMs: 300 }))
    expect(seen).toMatchObject({ status: 'missed', reject: 'gone', message: 'done', messages: 1 })
  })

  it.each([500, 503])('a reject answered %s is tried again in its window', async (status) => {
    bench.sim.failNext({ path: 'calls', status, code: 2, times: 2 })
    expect(await see(await dial())).toEqual(answered)
  })

  it.each([4, 80007, 130429])('a reject throttled with %s is tried again', async (code) => {
    bench.sim.failNext({ path: 'calls', status: 429, code, headers: { 'retry-after': '1' } })
    expect(await see(await dial())).toEqual(answered)
  })

  it('a reject whose answer is lost is not an error: the call is gone', async () => {
    bench.sim.failNext({ path: 'calls', reset: true, after: true })
    const seen = await see(await dial())
    expect(seen).toMatchObject({ status: 'rejected', rejects: 1, message: 'done', messages: 1 })
  })

  it.each([
    ['calling is off for the number', 401, 138000],
    ['the number is in SIP mode', 400, 131055],
    ['a permission is missing', 403, 10],
  ])('when %s the reject fails, alarms, and the message is sent', async (_what, status, code) => {
    const alarms = async (): Promise<number> =>
      Number(
        /callgate_alarms_total\{alarm="action_refused"\} (\d+)/.exec(
          await (await bench.api('/metrics')).text(),
        )?.[1] ?? 0,
      )
    const before = await alarms()
    bench.sim.failNext({ path: 'calls', status, code, times: 1 })
    const seen = await see(await dial({ hangUpAfterMs: 1500 }))
    expect(seen).toMatchObject({ status: 'failed', reject: 'failed', messages: 1 })
    expect(await alarms()).toBeGreaterThan(before)
  })

  it('a message whose answer is lost is uncertain, never sent twice, and settled by its status', async () => {
    bench.sim.failNext({ path: 'messages', reset: true, after: true })
    const call = await dial()
    await see(call)
    await bench.settled()
    expect(await see(call)).toMatchObject({ message: 'done', messages: 1 })
  })

  it('a message that was cut before Meta took it stays uncertain', async () => {
    bench.sim.failNext({ path: 'messages', reset: true })
    expect(await see(await dial())).toMatchObject({ message: 'uncertain', messages: 0 })
  })

  it('a message refused as too many is sent later, once', async () => {
    bench.sim.failNext({
      path: 'messages',
      status: 429,
      code: 130429,
      headers: { 'retry-after': '1' },
    })
    expect(await see(await dial())).toMatchObject({ message: 'done', messages: 1 })
  })

  it('a message that fails after it was accepted is failed in the journal', async () => {
    bench.sim.script('messageFails', 1)
    const call = await dial()
    await see(call)
    await bench.settled()
    expect(await see(call)).toMatchObject({ message: 'failed', messages: 1 })
  })

  it('an account warning wrapped in an array is journalled and raises an alarm', async () => {
    bench.sim.script('wrappedAccountUpdate', 1)
    const delivery = await bench.sim.restrict(line, {
      type: 'RESTRICTED_USER_INITIATED_CALLING',
      reason: 'Low pickup rate',
      expiration: Math.floor(Date.now() / 1000) + 60,
    })
    expect(await delivery.settled).toBe(200)
    const rows = await bench.server.context.db
      .selectFrom('signals')
      .select('kind')
      .where('kind', '=', 'line_changed')
      .execute()
    expect(rows.length).toBeGreaterThan(0)
    bench.sim.lines.get(line)?.restrictions.splice(0)
  })

  it('native voicemail that takes our reject is a voicemail of that call', async () => {
    const settings = bench.sim.lines.get(line)
    if (!settings) throw new Error('the line is there')
    Object.assign(settings.calling, {
      voicemail: {
        status: 'ENABLED',
        triggers: ['REJECT'],
        audio: { default: { announcement_media_id: 1, timeout_seconds: 20 } },
      },
    })
    bench.sim.time.voicemailSeconds = 0.3
    const call = await dial()
    await call.ended
    await bench.settled()
    delete (settings.calling as Record<string, unknown>)['voicemail']
    const rows = await bench.server.context.db
      .selectFrom('messages')
      .select('voicemail_of')
      .where('voicemail_of', '=', call.id)
      .execute()
    expect(rows).toHaveLength(1)
  })

  it('a slow Graph holds up no other call', async () => {
    bench.sim.failNext({ path: 'calls', delayMs: 3000 })
    const slow = await dial()
    const quick = await dial()
    const started = performance.now()
    await quick.ended
    expect(performance.now() - started).toBeLessThan(2500)
    expect(slow.state).not.toBe('ended')
    await see(slow)
  })

  it('a person who takes a new number keeps the history', async () => {
    const call = await dial()
    await see(call)
    const to = '447700909999'
    await bench.sim.changeNumber({ from: call.from ?? '', line, to })
    await bench.settled()
    const again = await see(await bench.sim.call({ from: to, line }))
    expect(again.status).toBe('rejected')
    const people = await bench.server.context.db
      .selectFrom('calls')
      .innerJoin('people', 'people.id', 'calls.person_id')
      .select(({ fn }) => fn.countAll<number>().as('calls'))
      .where('people.phone', '=', `+${to}`)
      .executeTakeFirst()
    expect(Number(people?.calls)).toBe(2)
  })
})
