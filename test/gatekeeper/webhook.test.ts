import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bench } from './support.ts'
import {
  asked,
  connectChange,
  display,
  envelope,
  line,
  newCallId,
  startBench,
  terminateChange,
} from './support.ts'

describe('a signed call', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await startBench({
      seeds: { 'contacts.json': [{ phone: '+16315553602', name: 'Dana Whitfield', priority: 90 }] },
    })
  })
  afterAll(() => bench.close())

  const rejectsOf = (id: string) => asked(bench, 'calls').filter((body) => body['call_id'] === id)
  async function rows(id: string): Promise<number> {
    const { data } = (await (await bench.api('/api/calls?per_page=100')).json()) as {
      data: { call_id: string }[]
    }
    return data.filter((call) => call.call_id === id).length
  }

  it('is rejected once with one message whose variables are filled', async () => {
    const call = await bench.sim.call({ from: '16315553602', line })
    expect(await call.delivered).toBe(200)
    await bench.settled()
    expect(rejectsOf(call.id)).toEqual([
      { messaging_product: 'whatsapp', call_id: call.id, action: 'reject' },
    ])
    expect(call.messages).toHaveLength(1)
    expect(JSON.stringify(call.messages)).toContain('Please write to us, Dana Whitfield.')
  })

  it('has a decision with path, facts, milliseconds, release and actions', async () => {
    const call = await bench.sim.call({ from: '16315553602', line })
    await call.delivered
    await bench.settled()
    const decision = await bench.decision(call.id)
    expect(decision).toMatchObject({
      callId: call.id,
      policy: 'reject-all',
      outcome: 'reject',
      node: 'no',
      path: [{ node: 'no', exit: null }],
      facts: { 'caller.name': { value: 'Dana Whitfield', source: 'caller' } },
      budgetMs: 150,
      fallback: false,
      final: { outcome: 'reject', node: 'no' },
      steps: [],
    })
    expect(decision.release).toMatch(/^1-[0-9a-f]{12}$/)
    expect(decision.ms).toBeGreaterThan(0)
    expect(decision.actions.map(({ type, state }) => [type, state])).toContainEqual([
      'reject',
      'done',
    ])
    expect(await bench.decision(decision.ref)).toEqual(decision)
  })

  it('without a number or a profile is answered by user id', async () => {
    const call = await bench.sim.call({
      userId: 'US.13491208655302741918',
      line,
      omit: ['from', 'wa_id'],
    })
    await call.delivered
    await bench.settled()
    expect(rejectsOf(call.id)).toHaveLength(1)
    const sent = asked(bench, 'messages').filter(
      (body) => body['recipient'] === 'US.13491208655302741918',
    )
    expect(sent).toHaveLength(1)
    expect(sent[0]).not.toHaveProperty('to')
  })

  it('that names nobody at all is still rejected', async () => {
    const id = newCallId()
    expect((await bench.post(envelope(connectChange({ id })))).status).toBe(200)
    await bench.settled()
    expect(rejectsOf(id)).toHaveLength(1)
  })

  it('as the documentation sample with sides swapped is a call from the user', async () => {
    const id = newCallId()
    const body = envelope({
      field: 'calls',
      value: {
        messaging_product: 'whatsapp',
        metadata: { display_phone_number: display, phone_number_id: line },
        calls: [
          {
            id,
            to: '16315553609',
            from: display,
            event: 'connect',
            timestamp: String(Math.floor(Date.now() / 1000)),
            session: { sdp_type: 'offer', sdp: 'v=0\r\n' },
          },
        ],
      },
    })
    expect((await bench.post(body)).status).toBe(200)
    const { data } = (await (await bench.api(`/api/calls/${id}`)).json()) as {
      data: { from_number: string }
    }
    expect(data.from_number).toBe('+16315553609')
  })

  it('sent in 50 parallel copies is decided and rejected once', async () => {
    const id = newCallId()
    const body = JSON.stringify(envelope(connectChange({ id, from: '16315550001' })))
    const answers = await Promise.all(Array.from({ length: 50 }, () => bench.post(body)))
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]))
    await bench.settled()
    expect(rejectsOf(id)).toHaveLength(1)
    expect(await rows(id)).toBe(1)
  })

  it('sent again after the commit does nothing more', async () => {
    const id = newCallId()
    const body = JSON.stringify(envelope(connectChange({ id, from: '16315550002' })))
    await bench.post(body)
    await bench.settled()
    expect((await bench.post(body)).status).toBe(200)
    await bench.settled()
    expect(rejectsOf(id)).toHaveLength(1)
  })

  it('in one delivery with nine others is decided with them', async () => {
    const calls = Array.from({ length: 10 }, (_, index) => ({
      id: newCallId(),
      from: `1631555100${index}`,
    }))
    const answer = await bench.post(envelope(...calls.map((call) => connectChange(call))))
    expect(answer.status).toBe(200)
    await bench.settled()
    for (const { id } of calls) expect(rejectsOf(id)).toHaveLength(1)
  })

  it('whose end came first runs no policy and sends nothing', async () => {
    const call = { id: newCallId(), from: '16315550003' }
    await bench.post(envelope(terminateChange(call)))
    await bench.post(envelope(connectChange(call)))
    await bench.settled()
    expect(rejectsOf(call.id)).toHaveLength(0)
    expect(await (await bench.api(`/api/calls/${call.id}`)).json()).toMatchObject({
      data: { status: 'missed', undecided: 'ended_first' },
    })
    expect((await bench.api(`/api/calls/${call.id}/decision`)).status).toBe(404)
  })

  it('that reaches us too late is journalled as missed and left alone', async () => {
    const id = newCallId()
    await bench.post(envelope(connectChange({ id, from: '16315550004', age: 61 })))
    await bench.settled()
    expect(rejectsOf(id)).toHaveLength(0)
    expect(await (await bench.api(`/api/calls/${id}`)).json()).toMatchObject({
      data: { status: 'missed', undecided: 'stale' },
    })
  })

  it('of 59 seconds of age is still acted on', async () => {
    const id = newCallId()
    await bench.post(envelope(connectChange({ id, from: '16315550005', age: 58 })))
    await bench.settled()
    expect(rejectsOf(id)).toHaveLength(1)
  })

  it('with unknown fields, events and webhook fields beside it is decided all the same', async () => {
    const id = newCallId()
    const body = envelope(
      { field: 'something_new', value: { anything: [1, { deep: true }] } },
      connectChange({ id, from: '16315550006', extra: { event2: 'x', nested: { a: [] } } }),
      connectChange({ from: '16315550006', extra: { event: 'call_teleported' } }),
    )
    expect((await bench.post(body)).status).toBe(200)
    await bench.settled()
    expect(rejectsOf(id)).toHaveLength(1)
  })
})

describe('what is not a signed delivery', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await startBench()
  })
  afterAll(() => bench.close())

  const stored = async (): Promise<number> => {
    const row = await bench.server.context.db
      .selectFrom('signals')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(row.count)
  }

  it('is refused in every way it can be forged, and leaves nothing behind', async () => {
    const body = JSON.stringify(envelope(connectChange({ from: '16315550001' })))
    const { sign } = await import('./support.ts')
    const right = sign(body)
    const forged = [
      '',
      'sha256=',
      'sha256=00',
      right.slice(0, -1),
      `${right}0`,
      right.replace('sha256', 'sha1'),
      right.replace('sha256=', ''),
      right.replace('=', ':'),
      right.toUpperCase(),
      `${right}, ${right}`,
      `sha256=${'0'.repeat(64)}`,
      `sha256=${'g'.repeat(64)}`,
      sign(body, 'another-secret'),
      sign(`${body} `),
      sign(body.replace('connect', 'terminate')),
      sign(''),
      `sha512=${right.slice(7)}`,
      'none',
      'null',
      'true',
      right.replace('sha256', 'SHA256'),
      `sha256=${right.slice(7).split('').reverse().join('')}`,
      `sha256=${right.slice(7, 39)}`,
      `sha256=${right.slice(7)}${right.slice(7)}`,
      `sha256=0x${right.slice(9)}`,
      `sha256= ${right.slice(7)}`,
    ]
    for (const signature of forged) {
      const answer = await bench.post(body, signature)
      expect([signature, answer.status]).toEqual([signature, 401])
    }
    const bare = await fetch(`${bench.server.url}/webhooks/whatsapp`, { method: 'POST', body })
    expect(bare.status).toBe(401)
    expect(await stored()).toBe(0)
  })

  it('is refused when it is malformed, not UTF-8 or too deep', async () => {
    const { sign } = await import('./support.ts')
    const bytes = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])
    const send = (body: Uint8Array | string) =>
      fetch(`${bench.server.url}/webhooks/whatsapp`, {
        method: 'POST',
        headers: { 'x-hub-signature-256': sign(body) },
        body,
      })
    expect((await send(bytes)).status).toBe(400)
    expect((await send('{"object":')).status).toBe(400)
    expect((await send('[]')).status).toBe(400)
    expect((await send('"text"')).status).toBe(400)
    expect((await send(`${'['.repeat(5000)}${']'.repeat(5000)}`)).status).toBe(400)
    expect(await stored()).toBe(0)
  })

  it('is refused over 4 MB, also without a length', async () => {
    const body = Buffer.alloc(4 * 1024 * 1024 + 1, 0x20)
    expect((await bench.post(body.toString())).status).toBe(413)
    const { sign } = await import('./support.ts')
    const chunked = await fetch(`${bench.server.url}/webhooks/whatsapp`, {
      method: 'POST',
      headers: { 'x-hub-signature-256': sign(body) },
      body: new ReadableStream({
        start(controller) {
          for (let sent = 0; sent < body.length; sent += 65_536)
            controller.enqueue(body.subarray(sent, sent + 65_536))
          controller.close()
        },
      }),
      duplex: 'half',
    } as RequestInit)
    expect(chunked.status).toBe(413)
  })

  it('is a check of the address by Meta', async () => {
    const check = (token: string) =>
      fetch(
        `${bench.server.url}/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=abc-42&hub.verify_token=${token}`,
      )
    const right = await check('a-verify-token')
    expect([right.status, await right.text()]).toEqual([200, 'abc-42'])
    expect(right.headers.get('content-type')).toContain('text/plain')
    expect((await check('wrong')).status).toBe(403)
  })
})

describe('a server without an app secret', () => {
  it('refuses webhooks as misconfigured and stores nothing', async () => {
    const bench = await startBench({ environment: { META_APP_SECRET: '' } })
    try {
      const answer = await bench.post(envelope(connectChange({ from: '16315550001' })))
      expect(answer.status).toBe(503)
      expect(await answer.json()).toMatchObject({ error: { code: 'server_misconfigured' } })
    } finally {
      await bench.close()
    }
  })
})
