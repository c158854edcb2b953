import { createServer } from 'node:http'
import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Bench } from './support.ts'
import { asked, connectChange, envelope, newCallId, rejectAll, startBench } from './support.ts'

const fallback = { kind: 'reject', message: { text: 'We could not take your call.' } }
const base = { schema: 1, name: 'A policy', numbers: ['*'], fallback }

async function call(bench: Bench, offer: Parameters<typeof connectChange>[0] = {}, line?: string) {
  const id = newCallId()
  const change = connectChange({ id, from: '16315552000', ...offer })
  if (line !== undefined) change.value.metadata.phone_number_id = line
  expect((await bench.post(envelope(change))).status).toBe(200)
  return bench.decision(id)
}

describe('an outcome that cannot be done', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await startBench({
      policies: [
        {
          ...base,
          id: 'chain',
          start: 'ring',
          nodes: {
            ring: { kind: 'accept', target: { team: 'support' }, otherwise: 'tag' },
            tag: { kind: 'tag', tags: ['called-in-vain'], next: 'ai' },
            ai: { kind: 'ai_pickup', assistant: 'reception', otherwise: 'sorry' },
            sorry: { kind: 'reject', message: { text: 'Nobody is free.' } },
          },
        },
        {
          ...base,
          id: 'bare',
          numbers: ['bare-line'],
          start: 'vm',
          nodes: { vm: { kind: 'voicemail', mode: 'record' } },
        },
        {
          ...base,
          id: 'ringing-fallback',
          numbers: ['ringing-line'],
          fallback: { kind: 'voicemail', mode: 'record' },
          start: 'vm',
          nodes: { vm: { kind: 'voicemail', mode: 'record' } },
        },
      ],
    })
  })
  afterAll(() => bench.close())

  it('goes on by otherwise, and the journal says why', async () => {
    const decision = await call(bench)
    expect(decision).toMatchObject({
      outcome: 'accept',
      node: 'ring',
      path: [{ node: 'ring', exit: null }],
      final: { outcome: 'reject', node: 'sorry' },
      steps: [
        { node: 'ring', outcome: 'accept', why: 'no_media' },
        { node: 'ai', outcome: 'ai_pickup', why: 'no_media' },
      ],
    })
    expect(decision.actions.map((action) => action.type)).toEqual(['reject', 'message'])
    expect(decision.actions[1]?.text).toBe('Nobody is free.')
  })

  it('does the effects on the way', async () => {
    await call(bench, { from: '16315552001' })
    const tags = await bench.server.context.db.selectFrom('person_tags').select('tag').execute()
    expect(tags.map(({ tag }) => tag)).toContain('called-in-vain')
  })

  it('without otherwise ends in the fallback', async () => {
    expect(await call(bench, { from: '16315552002' }, 'bare-line')).toMatchObject({
      outcome: 'voicemail',
      fallback: false,
      steps: [{ node: 'vm', why: 'no_media' }],
      final: { outcome: 'reject', node: 'fallback' },
    })
  })

  it('with a fallback that cannot be done either still tells the caller', async () => {
    const decision = await call(bench, { from: '16315552003' }, 'ringing-line')
    expect(decision.final.outcome).toBe('reject')
    expect(decision.actions.find((action) => action.type === 'message')?.text).toBeTruthy()
  })
})

describe('a line without a policy', () => {
  it('rejects with a message of its own and raises an alarm', async () => {
    const bench = await startBench({ policies: [{ ...rejectAll(), numbers: ['another-line'] }] })
    try {
      const decision = await call(bench)
      expect(decision).toMatchObject({ policy: null, fallback: 'no_policy', outcome: 'reject' })
      expect(decision.actions.find((action) => action.type === 'message')?.text).toBeTruthy()
      const metrics = await (await bench.api('/metrics')).text()
      expect(metrics).toContain('callgate_alarms_total{alarm="no_policy"} 1')
    } finally {
      await bench.close()
    }
  })
})

describe('a CRM', () => {
  let bench: Bench
  let crm: Server
  let respond: (response: ServerResponse) => void
  let asked_ = 0
  beforeAll(async () => {
    crm = createServer((_request, response) => {
      asked_ += 1
      respond(response)
    })
    await new Promise<void>((resolve) => crm.listen(0, '127.0.0.1', resolve))
    const { port } = crm.address() as AddressInfo
    bench = await startBench({
      environment: { CRM_URL: `http://127.0.0.1:${port}/lookup`, OUTGOING_ALLOW: '127.0.0.1' },
      policies: [
        {
          ...base,
          id: 'crm',
          start: 'crm',
          nodes: {
            crm: {
              kind: 'crm',
              deadlineMs: 80,
              exits: { found: 'known', missing: 'new', unknown: 'shrug' },
            },
            known: { kind: 'reject', message: { text: 'Known, {{crm.tier | default: "none"}}.' } },
            new: { kind: 'reject', message: { text: 'New.' } },
            shrug: { kind: 'reject', message: { text: 'Who knows.' } },
          },
        },
      ],
    })
  })
  afterAll(async () => {
    await bench.close()
    crm.closeAllConnections()
    crm.close()
  })
  afterEach(() => crm.closeAllConnections())

  const json = (response: ServerResponse, body: unknown, status = 200): void => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  let next = 0
  const somebody = (): string => `1631556${String((next += 1)).padStart(4, '0')}`

  it('that knows the caller decides', async () => {
    respond = (response) => json(response, { tier: 'gold' })
    const decision = await call(bench, { from: somebody() })
    expect(decision).toMatchObject({ node: 'known', facts: { 'crm.found': { value: true } } })
    expect(decision.actions[1]?.text).toBe('Known, gold.')
  })

  it('that answers 404 says the caller is new', async () => {
    respond = (response) => json(response, {}, 404)
    expect(await call(bench, { from: somebody() })).toMatchObject({ node: 'new' })
  })

  it('that takes 120 ms against 80 is not waited for, and answers the next call from memory', async () => {
    respond = (response) => setTimeout(() => json(response, { tier: 'slow' }), 120)
    const from = somebody()
    const first = await call(bench, { from })
    expect(first).toMatchObject({ node: 'shrug', facts: { 'crm.found': { unknown: 'timeout' } } })
    expect(first.unknown).toEqual(['crm.found'])
    await new Promise((resolve) => setTimeout(resolve, 400))
    respond = (response) => json(response, { tier: 'asked again' })
    const before = asked_
    expect(await call(bench, { from })).toMatchObject({ node: 'known' })
    expect(asked_).toBe(before)
  })

  it.each([
    ['hangs', (): void => undefined, 'timeout'],
    ['drips', (response: ServerResponse): void => void drip(response), 'timeout'],
    ['answers HTML', (response: ServerResponse): void => void response.end('<html>'), 'error'],
    ['answers 500', (response: ServerResponse): void => json(response, {}, 500), 'error'],
  ] as const)('that %s leaves the decision inside its budget', async (_what, behaviour, reason) => {
    respond = behaviour
    const decision = await call(bench, { from: somebody() })
    expect(decision).toMatchObject({ node: 'shrug', fallback: false })
    expect(decision.ms).toBeLessThan(150)
    const seen = decision.facts['crm.found']
    expect(seen && 'unknown' in seen ? [reason, 'timeout', 'open_circuit'] : []).toContain(
      seen && 'unknown' in seen ? seen.unknown : '',
    )
  })
})

async function drip(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' })
  for (let sent = 0; sent < 100 && !response.destroyed; sent += 1) {
    response.write(' ')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  response.end('{}')
}

describe('effects', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await startBench({
      policies: [
        {
          ...base,
          id: 'storm',
          start: 'blocked',
          nodes: {
            blocked: {
              kind: 'condition',
              when: { all: [{ fact: 'caller.blocked', operator: 'equal', value: true }] },
              exits: { yes: 'bye', no: 'spam', unknown: 'spam' },
            },
            bye: { kind: 'reject', silent: true, reason: 'on hold' },
            spam: {
              kind: 'velocity',
              scope: 'caller',
              limit: 3,
              windowMinutes: 10,
              exits: { exceeded: 'alert', within: 'ok', unknown: 'ok' },
            },
            alert: { kind: 'notify', level: 'high', text: 'A call storm', next: 'hold' },
            hold: { kind: 'block', minutes: 60, next: 'queue' },
            queue: { kind: 'restrict', queue: 'quiet', minutes: 60, next: 'tooMany' },
            tooMany: { kind: 'reject', message: { text: 'Too many calls.' } },
            ok: { kind: 'reject', message: { text: 'Write to us.' } },
          },
        },
      ],
    })
  })
  afterAll(() => bench.close())

  it('hold a caller from the fourth call on, across a restart', async () => {
    const from = '16315553000'
    const nodes: string[] = []
    for (let count = 0; count < 2; count += 1) nodes.push((await call(bench, { from })).node)
    await bench.restart()
    for (let count = 0; count < 3; count += 1) nodes.push((await call(bench, { from })).node)
    expect(nodes).toEqual(['ok', 'ok', 'ok', 'tooMany', 'bye'])
    const notice = await bench.server.context.db
      .selectFrom('actions')
      .select(['state', 'type'])
      .where('type', '=', 'notify')
      .execute()
    expect(notice).toHaveLength(1)
  })

  it('count everybody on their own', async () => {
    expect((await call(bench, { from: '16315553001' })).node).toBe('ok')
    expect(asked(bench, 'calls').length).toBeGreaterThan(0)
  })
})
