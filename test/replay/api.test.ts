import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../../server/policy/compile.ts'
import { unpack } from '../../server/policy/replay-pack.ts'
import { replayCalls } from '../../server/policy/replay.ts'
import { replayCallsSchema, replaySummarySchema } from '../../server/schema/replay.ts'
import type { Bench } from '../gatekeeper/support.ts'
import { connectChange, envelope, line, startBench } from '../gatekeeper/support.ts'
import { seed, shippedPolicy } from '../policies/world.ts'

const { policy } = shippedPolicy('main-line')
/** A VIP of the shipped contacts, and two people nobody knows. */
const callers = ['33612345601', '447700900777', '447700900778']
let bench: Bench
beforeAll(async () => {
  bench = await startBench({
    policies: [policy],
    seeds: {
      'calendars.json': seed('calendars.json'),
      'agents.json': seed('agents.json'),
      'contacts.json': seed('contacts.json'),
      'assistants.json': seed('assistants.json'),
      'attributes.json': seed('attributes.json'),
      'numbers.json': [{ id: line }],
    },
  })
  for (const from of callers)
    await bench.post(envelope(connectChange({ from, name: `Caller ${from}` })))
}, 120_000)
afterAll(() => bench.close())
/** The thread that reads starts slowly from source. */
const patience = 60_000

const post = (body: unknown) =>
  bench.api('/api/policies/main-line/replay', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** Nobody is a VIP any more. */
const stricter = {
  ...policy,
  nodes: { ...policy.nodes, vip: { ...policy.nodes['vip'], minPriority: 101 } },
}

describe('past calls over HTTP', () => {
  it(
    'come packed, newest first, and to the same under the policy that decided them',
    async () => {
      const response = await bench.api('/api/policies/main-line/replay-calls?days=1')
      expect(response.status).toBe(200)
      const packed = replayCallsSchema.parse(await response.json())
      const calls = unpack(packed)
      expect(packed).toMatchObject({ isCut: false, hidden: [] })
      expect(calls.map(({ phone }) => phone)).toEqual(
        callers.toReversed().map((from) => `+${from}`),
      )
      expect(calls.at(-1)?.name).toBe('Camille Laurent')
      const installation = bench.server.context.installation.current()
      expect(replayCalls(compile(policy, installation), calls)).toMatchObject({
        calls: 3,
        same: 3,
        undecidable: [],
      })
    },
    patience,
  )

  it(
    'are as many as were asked for, and say that there are more',
    async () => {
      const response = await bench.api('/api/policies/main-line/replay-calls?limit=2')
      const packed = replayCallsSchema.parse(await response.json())
      expect([packed.calls.length, packed.isCut]).toEqual([2, true])
      expect((await bench.api('/api/policies/main-line/replay-calls?limit=10001')).status).toBe(400)
      expect((await bench.api('/api/policies/nobody/replay-calls')).status).toBe(404)
    },
    patience,
  )

  it(
    'are decided again by a document, and what it misses is named',
    async () => {
      const same = replaySummarySchema.parse(await (await post({})).json())
      expect(same).toMatchObject({ calls: 3, same: 3, changed: 0, undecidable: 0, groups: [] })
      const found = replaySummarySchema.parse(await (await post({ document: stricter })).json())
      expect(found).toMatchObject({ calls: 3, same: 2, changed: 0, undecidable: 1 })
      expect(found.missing).toEqual({ 'hours.support': 1 })
      const vip = { ...policy.nodes['vip'], exits: { yes: 'vm', no: 'hours', unknown: 'hours' } }
      const toVoicemail = { ...policy, nodes: { ...policy.nodes, vip } }
      const moved = replaySummarySchema.parse(await (await post({ document: toVoicemail })).json())
      expect(moved.groups).toMatchObject([
        { from: 'accept', to: 'voicemail', count: 1, calls: [{ before: { node: 'toOwner' } }] },
      ])
      expect(moved.flow).toContainEqual({ node: 'vip', exit: 'yes', was: 1, calls: 1 })
      expect((await post({ document: { ...policy, start: 'nowhere' } })).status).toBe(422)
    },
    patience,
  )
})
