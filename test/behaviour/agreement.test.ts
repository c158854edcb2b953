import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bench } from '../gatekeeper/support.ts'
import { line, startBench } from '../gatekeeper/support.ts'

const calls = 5000
/** Calls under way at once: a busy machine makes the run longer, not different. */
const atOnce = 40

/** What Meta's log says of each call and of each message it took. */
function logOf(bench: Bench) {
  const ends = new Map<string, string>()
  const taken = new Map<string, number>()
  for (const event of bench.sim.log) {
    if (event.kind === 'call' && event.state === 'ended') ends.set(event.callId, event.reason ?? '')
    if (event.kind !== 'graph' || !event.performed || !event.path.endsWith('/messages')) continue
    const key = String((event.body as Record<string, unknown>)['biz_opaque_callback_data'])
    taken.set(key, (taken.get(key) ?? 0) + 1)
  }
  return { ends, taken }
}

describe(`a random run of ${calls} calls with faults on every side`, () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await startBench({
      simulator: {
        keepLog: 400_000,
        keepCalls: 20_000,
        keepPeople: 20_000,
        time: { retrySeconds: 0.3, ringSeconds: 4 },
        // a code after which a line need not rest for a minute, as that would be most of the run
        switches: { throughput: 10_000, pairBurst: 100, throttleCode: 130429 },
        faults: {
          duplicate: 0.1,
          terminateFirst: 0.03,
          staleConnect: 0.02,
          batch: 0.05,
          answerLost: 0.02,
          usernameOnly: 0.1,
          withoutContacts: 0.1,
          withoutDirection: 0.05,
          legacyConnection: 0.05,
          unknownEvent: 0.03,
          unknownFields: 0.1,
          callStatuses: 0.03,
          wrongSignature: 0.02,
          missingSignature: 0.02,
          throttled: 0.005,
          serverError: 0.02,
          reset: 0.01,
          resetAfter: 0.01,
          bareSuccess: 0.2,
          statusBeforeResponse: 0.1,
          messageFails: 0.02,
        },
      },
      environment: { FOLLOW_UP_DAILY_CAP: '1000', FOLLOW_UP_GAP_MINUTES: '0' },
    })
  })
  afterAll(() => bench.close())

  it(
    'leaves our journal and the log of Meta in agreement, call by call and message by message',
    { timeout: 600_000 },
    async () => {
      const placed: string[] = []
      let next = 0
      const callOneAfterAnother = async (): Promise<void> => {
        while (next < calls) {
          const index = next++
          const hangUp = index % 11 === 0 ? { hangUpAfterMs: (index * 7) % 60 } : {}
          const from = `4477${String(10_000_000 + index)}`
          const call = await bench.sim.call({ from, line, ...hangUp })
          placed.push(call.id)
          await call.ended
        }
      }
      await Promise.all(Array.from({ length: atOnce }, callOneAfterAnother))
      for (const deadline = Date.now() + 90_000; Date.now() < deadline;) {
        await bench.settled()
        if (bench.sim.activeCalls === 0) break
        await new Promise((resolve) => setTimeout(resolve, 500))
      }
      await bench.settled()

      const { ends, taken } = logOf(bench)
      const { db } = bench.server.context
      const rows = await db.selectFrom('calls').selectAll().execute()
      const ours = new Map(rows.map((row) => [row.provider_id, row]))
      const actions = await db.selectFrom('actions').selectAll().execute()
      const rejects = new Map(
        actions.flatMap((action) => (action.type === 'reject' ? [[action.call_id, action]] : [])),
      )

      expect(placed.length).toBe(calls)
      expect(rows.length).toBe(calls)
      const disagreements: string[] = []
      for (const id of placed) {
        const row = ours.get(id)
        const end = ends.get(id)
        const reject = row && rejects.get(row.id)
        const doubtful = reject?.reason === 'in_doubt'
        if (row === undefined || end === undefined) disagreements.push(`missing: ${end}`)
        else if (
          end === 'rejected' ? row.status !== 'rejected' : row.status === 'rejected' && !doubtful
        )
          disagreements.push(`${end} but ${row.status} (${row.undecided}, reject ${reject?.state})`)
        else if (end === 'abandoned' && !['missed', 'rejected'].includes(row.status))
          disagreements.push(`abandoned but ${row.status}`)
      }
      expect(disagreements).toEqual([])

      const wrong: string[] = []
      for (const action of actions.filter(({ type }) => type === 'message')) {
        const times = taken.get(action.key) ?? 0
        const wanted = {
          done: times === 1,
          // told to come back later
          pending: times === 0,
          failed: times <= 1,
          uncertain: times <= 1,
          expired: times === 0,
          suppressed: times === 0,
        }[action.state]
        if (wanted !== true) wrong.push(`${action.state} but sent ${times} times`)
      }
      expect(wrong).toEqual([])
      expect([...taken.values()].filter((times) => times > 1)).toEqual([])
      const known = new Set(actions.map((action) => action.key))
      expect([...taken.keys()].filter((key) => !known.has(key))).toEqual([])

      const happened = (name: string): number => rows.filter((row) => row.undecided === name).length
      expect(happened('ended_first')).toBeGreaterThan(20)
      expect(happened('stale')).toBeGreaterThan(20)
      expect([...ends.values()].filter((end) => end === 'abandoned').length).toBeGreaterThan(50)
    },
  )
})
