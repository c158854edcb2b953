import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FeedEvent } from '../../server/db/commands/feed.ts'
import type { Bench } from '../gatekeeper/support.ts'
import { line, startBench } from '../gatekeeper/support.ts'
import {
  accepting,
  ask,
  auditOf,
  differencesOf,
  newCallers,
  phoneOf,
  rejecting,
  saveDraft,
  seeds,
  shadowOf,
  until,
} from './support.ts'

/** Rejects everybody with another text, and would block and tag them; asks the CRM, which live does not. */
const loud = {
  ...rejecting,
  start: 'crm',
  nodes: {
    crm: { kind: 'crm', exits: { found: 'block', missing: 'block', unknown: 'block' } },
    block: { kind: 'block', minutes: 60, next: 'tag' },
    tag: { kind: 'tag', tags: ['shadow'], next: 'tell' },
    tell: { kind: 'notify', level: 'high', text: 'never told', next: 'bye' },
    bye: { kind: 'reject', message: { text: 'Never said.' } },
  },
}
/** Live notices what the draft would have done: it turns away whom it has blocked or tagged. */
const watchful = {
  ...accepting,
  start: 'marked',
  nodes: {
    ...accepting.nodes,
    marked: {
      kind: 'condition',
      when: {
        any: [
          { fact: 'caller.blocked', operator: 'equal', value: true },
          { fact: 'caller.tags', operator: 'contains', value: 'shadow' },
        ],
      },
      exits: { yes: 'marks', no: 'team', unknown: 'team' },
    },
    marks: { kind: 'reject', message: { text: 'You were marked.' } },
  },
}

const crm = createServer((_request, response) => {
  response.end(JSON.stringify({ found: true, tier: 'gold' }))
})
const benches: Bench[] = []
let bench: Bench
beforeAll(async () => {
  await new Promise<void>((resolve) => crm.listen(0, '127.0.0.1', resolve))
  // a server that listens on a port
  const { port } = crm.address() as AddressInfo
  const environment = { CRM_URL: `http://127.0.0.1:${port}/`, OUTGOING_ALLOW: '127.0.0.1' }
  for (let index = 0; index < 2; index += 1)
    benches.push(await startBench({ policies: [watchful], seeds, environment }))
  const [first] = benches
  if (first) bench = first
}, 120_000)
afterAll(async () => {
  for (const one of benches) await one.close()
  crm.close()
})

/** Calls one after the other, each settled before the next. */
async function callAll(where: Bench, callers: readonly number[]): Promise<void> {
  for (const caller of callers) {
    await where.sim.call({ from: phoneOf(caller), line })
    await where.settled()
  }
}

/** Everything Meta saw of us: what was asked, in which words, and what it answered; a caller's end crosses it. */
function seenByMeta({ sim }: Bench) {
  const seen = sim.log.flatMap((event) => {
    if (event.kind === 'webhook') return [`${event.subject} ${event.status}`]
    if (event.kind !== 'graph') return []
    // keys and ids are random
    const text = JSON.stringify(event.body).replace(
      /"(biz_opaque_callback_data|call_id|message_id)":"[^"]*"/g,
      '"$1":""',
    )
    return [`${event.method} ${event.path} ${text} ${event.status}`]
  })
  return seen.toSorted()
}

const startShadow = (body: unknown = {}) =>
  ask(bench, '/api/policies/front/shadow', { method: 'POST', body })
const compared = async (count: number) => {
  await until(async () => (await shadowOf(bench)).compared >= count)
  return shadowOf(bench)
}

describe('a shadow', () => {
  it('changes nothing that Meta sees, and lists what it would have done otherwise', async () => {
    await saveDraft(bench, loud)
    expect((await startShadow()).status).toBe(200)
    const events: FeedEvent[] = []
    bench.server.context.live.subscribe({}, (notice) => {
      if (notice.kind === 'event') events.push(notice.event)
    })
    const callers = newCallers(3)
    const calls = [...callers, ...callers]
    for (const one of benches) await callAll(one, calls)
    expect(await compared(6)).toMatchObject({ compared: 6, differing: 6, skipped: 0 })
    const [shadowed, plain] = benches.map(seenByMeta)
    expect(shadowed).toEqual(plain)
    expect(shadowed?.length).toBeGreaterThan(12)
    const differences = await differencesOf(bench)
    expect(differences).toHaveLength(6)
    for (const { live, draft, ref } of differences) {
      expect(live).toEqual({
        ...{ outcome: 'accept', node: 'team', final: { outcome: 'reject', node: 'no' } },
      })
      expect(draft).toMatchObject({ outcome: 'reject', node: 'bye', fallback: null })
      expect((await bench.decision(ref)).node).toBe('team')
    }
    const told = events.filter(({ type }) => type === 'shadow.difference')
    expect(told.map(({ doc }) => doc)).toMatchObject(
      differences.toReversed().map(({ ref }) => ({ ref, policy: 'front' })),
    )
    const rows = await bench.server.context.db.selectFrom('blocks').selectAll().execute()
    expect(rows).toEqual([])
    // what live knows of the CRM is what it asked itself
    expect(bench.server.context.crm.stats()).toMatchObject({ requests: 0, cached: 0 })
  }, 90_000)

  it('runs on after a restart, and begins anew with another draft', async () => {
    await bench.restart()
    const before = await shadowOf(bench)
    expect(before).toMatchObject({ stoppedAt: null, compared: 6, differing: 6 })
    await callAll(bench, newCallers(1))
    expect(await compared(7)).toMatchObject({ id: before.id, differing: 7 })
    await startShadow({ draft: { ...watchful, name: 'The same' } })
    expect(await shadowOf(bench)).toMatchObject({ id: before.id + 1, compared: 0 })
    await callAll(bench, newCallers(2))
    expect(await compared(2)).toMatchObject({ compared: 2, differing: 0 })
    expect(await differencesOf(bench)).toEqual([])
  }, 90_000)

  it('ends by hand, and the audit log says who began and ended it', async () => {
    const stopped = await ask(bench, '/api/policies/front/shadow', { method: 'DELETE' })
    expect(stopped).toMatchObject({ status: 200, body: { data: { stoppedBy: 'admin' } } })
    await callAll(bench, newCallers(1))
    await bench.server.context.shadows.idle()
    expect(await shadowOf(bench)).toMatchObject({ compared: 2 })
    expect((await ask(bench, '/api/policies/front/shadow', { method: 'DELETE' })).status).toBe(409)
    const operations = (await auditOf(bench)).map(({ operation }) => operation)
    expect(operations.slice(0, 3)).toEqual(['stopShadow', 'startShadow', 'startShadow'])
  }, 60_000)

  it('is refused for a draft with errors', async () => {
    expect((await startShadow({ draft: { ...loud, start: 'nowhere' } })).status).toBe(422)
    expect((await startShadow({ other: 1 })).status).toBe(400)
  })
})
