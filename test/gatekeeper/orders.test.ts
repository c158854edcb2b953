import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bench } from './support.ts'
import {
  asked,
  connectChange,
  envelope,
  newCallId,
  startBench,
  terminateChange,
} from './support.ts'

/** What is left of a call when everything about it has arrived. */
async function finalState(bench: Bench, id: string) {
  const { db } = bench.server.context
  const call = await db
    .selectFrom('calls')
    .select([
      'status',
      'undecided',
      'duration_seconds',
      'outcome',
      'end_status',
      'attempt_at',
      'id',
    ])
    .where('provider_id', '=', id)
    .execute()
  const actions = await db
    .selectFrom('actions')
    .select(['type'])
    .where('call_id', '=', call[0]?.id ?? -1)
    .execute()
  const signals = await db
    .selectFrom('signals')
    .select('key')
    .where('provider_id', '=', id)
    .execute()
  return {
    rows: call.length,
    undecided: call[0]?.undecided,
    duration: call[0]?.duration_seconds,
    outcome: call[0]?.outcome,
    ended: call[0]?.end_status,
    attempt: call[0]?.attempt_at !== null,
    actions: actions.map((action) => action.type).sort(),
    signals: signals.map((signal) => signal.key.split(':').at(-1)).sort(),
  }
}

describe('the events of a call', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await startBench()
  })
  afterAll(() => bench.close())

  it('end in one state for each of the two that may come first, however often and late the others come', async () => {
    const events = ['connect', 'terminate'] as const
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(fc.constantFrom(...events), { minLength: 0, maxLength: 6 })
          .chain((more) =>
            fc.shuffledSubarray([...events, ...more], { minLength: more.length + 2 }),
          ),
        fc.boolean(),
        async (order, inParallel) => {
          const call = { id: newCallId(), from: `1631${Math.floor(Math.random() * 1e7)}` }
          const bodies = {
            connect: JSON.stringify(envelope(connectChange(call))),
            terminate: JSON.stringify(envelope(terminateChange(call))),
          }
          const [first, ...rest] = order
          if (!first) return
          expect((await bench.post(bodies[first])).status).toBe(200)
          if (inParallel) await Promise.all(rest.map((event) => bench.post(bodies[event])))
          else for (const event of rest) await bench.post(bodies[event])
          await bench.server.context.dispatcher.idle()
          const decided = first === 'connect'
          expect(await finalState(bench, call.id)).toEqual({
            rows: 1,
            undecided: decided ? null : 'ended_first',
            duration: null,
            outcome: decided ? 'reject' : null,
            ended: 'COMPLETED',
            attempt: true,
            actions: decided ? ['message', 'reject'] : [],
            signals: ['connect', 'terminate'],
          })
          const rejects = asked(bench, 'calls').filter((body) => body['call_id'] === call.id)
          expect(rejects.length).toBeLessThanOrEqual(decided ? 1 : 0)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('in one delivery happen in the order in which they stand there', async () => {
    const call = { id: newCallId(), from: '16315557001' }
    await bench.post(envelope(terminateChange(call), connectChange(call)))
    expect(await finalState(bench, call.id)).toMatchObject({ undecided: 'ended_first' })
    const other = { id: newCallId(), from: '16315557002' }
    await bench.post(envelope(connectChange(other), terminateChange(other)))
    expect(await finalState(bench, other.id)).toMatchObject({ undecided: null, outcome: 'reject' })
  })

  it('make a completed call when somebody talked', async () => {
    const call = { id: newCallId(), from: '16315557003' }
    await bench.post(envelope(connectChange(call)))
    const now = Math.floor(Date.now() / 1000)
    await bench.post(
      envelope(
        terminateChange({
          ...call,
          extra: { start_time: String(now - 30), end_time: String(now), duration: 30 },
        }),
      ),
    )
    await bench.server.context.dispatcher.idle()
    expect(await (await bench.api(`/api/calls/${call.id}`)).json()).toMatchObject({
      data: { status: 'completed', duration_seconds: 30, duration_formatted: '0:30' },
    })
  })
})
