import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bench } from '../gatekeeper/support.ts'
import { connectChange, envelope, newCallId, startBench } from '../gatekeeper/support.ts'

const agentGate = {
  schema: 1,
  id: 'by-agent',
  name: 'By agent',
  numbers: ['*'],
  start: 'dana',
  fallback: { kind: 'reject', message: { text: 'Sorry.' } },
  nodes: {
    dana: {
      kind: 'agents',
      agent: 'dana',
      exits: { available: 'free', busy: 'no', dnd: 'no', offline: 'no', unknown: 'no' },
    },
    free: { kind: 'reject', message: { text: 'Dana is here.' } },
    no: { kind: 'reject', message: { text: 'Dana is away.' } },
  },
}

describe('agents', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await startBench({
      policies: [agentGate],
      seeds: {
        'agents.json': [
          { id: 'dana', name: 'Dana', teams: ['support'], status: 'available' },
          { id: 'eli', teams: ['sales'] },
        ],
      },
    })
  })
  afterAll(() => bench.close())

  const post = (body: unknown, headers: Record<string, string> = {}) =>
    bench.api('/api/agents/status', { method: 'POST', body: JSON.stringify(body), headers })
  async function nodeOfNextCall() {
    const id = newCallId()
    await bench.post(envelope(connectChange({ id, from: '16315558100' })))
    return (await bench.decision(id)).node
  }

  it('are listed, all or those of a team', async () => {
    const all = (await (await bench.api('/api/agents')).json()) as { data: unknown[] }
    expect(all.data).toHaveLength(2)
    expect(await (await bench.api('/api/agents?team=sales')).json()).toEqual({
      data: [
        { id: 'eli', name: null, teams: ['sales'], call_status: 'offline', is_call_enabled: true },
      ],
    })
  })

  it('change the next call by their status, and a restart keeps it against the seeds', async () => {
    expect(await nodeOfNextCall()).toBe('free')
    const answer = await post({ agent_id: 'dana', call_status: 'dnd' })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      success: true,
      data: { id: 'dana', call_status: 'dnd', is_call_enabled: true },
    })
    expect(await nodeOfNextCall()).toBe('no')
    await bench.restart()
    expect(await nodeOfNextCall()).toBe('no')
    await post({ agent_id: 'dana', call_status: 'available', is_call_enabled: false })
    expect(await nodeOfNextCall()).toBe('no')
    await post({ agent_id: 'dana', is_call_enabled: true })
    expect(await nodeOfNextCall()).toBe('free')
  })

  it('tell the live feed', async () => {
    const heard: unknown[] = []
    const stop = bench.server.context.live.subscribe({}, (notice) => {
      if (notice.kind === 'event') heard.push(notice.event)
    })
    await post({ agent_id: 'dana', call_status: 'busy' })
    stop()
    expect(heard).toMatchObject([
      { type: 'agent.status', team: 'support', doc: { agent: 'dana', status: 'busy' } },
    ])
  })

  it.each([
    ['a status there is not', { agent_id: 'dana', call_status: 'asleep' }, 400],
    ['nothing to set', { agent_id: 'dana' }, 400],
    ['nobody', { call_status: 'dnd' }, 400],
    ['a field there is not', { agent_id: 'dana', call_status: 'dnd', admin: true }, 400],
    ['a reserved name', { agent_id: '__proto__', call_status: 'dnd' }, 400],
    ['an agent there is not', { agent_id: 'nobody', call_status: 'dnd' }, 404],
  ])('refuse %s', async (_what, body, status) => {
    expect((await post(body)).status).toBe(status)
  })

  it('answer nobody without a credential', async () => {
    for (const path of ['/api/agents', '/api/teams/settings/call-routing'])
      expect((await bench.api(path, { headers: { authorization: 'Bearer no' } })).status).toBe(401)
    const body = { agent_id: 'dana', call_status: 'dnd' }
    expect((await post(body, { authorization: '' })).status).toBe(401)
  })
})

describe('call routing', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await startBench({ seeds: { 'agents.json': [{ id: 'dana', teams: ['support'] }] } })
  })
  afterAll(() => bench.close())
  const path = '/api/teams/settings/call-routing'
  const put = (body: unknown, query = '') =>
    bench.api(`${path}${query}`, { method: 'PUT', body: JSON.stringify(body) })
  const defaults = {
    mode: 'round_robin',
    role: 'agent',
    cooldown_seconds: 60,
    ring_timeout_seconds: 30,
    fallback_action: 'auto_reply',
    inEffect: false,
  }

  it('has defaults, is kept for each team, and says that it has no effect', async () => {
    expect(await (await bench.api(path)).json()).toEqual({
      team: 'main',
      ...defaults,
      updatedAt: null,
    })
    const set = await put({ mode: 'longest_idle', cooldown_seconds: 5 }, '?team=support')
    expect(set.status).toBe(200)
    await bench.restart()
    expect(await (await bench.api(`${path}?team=support`)).json()).toMatchObject({
      ...defaults,
      team: 'support',
      mode: 'longest_idle',
      cooldown_seconds: 5,
    })
    expect(await (await bench.api(path)).json()).toMatchObject(defaults)
  })

  it.each([
    ['a mode there is not', { mode: 'random' }, '', 400],
    ['a negative rest', { cooldown_seconds: -1 }, '', 400],
    ['a field there is not', { inEffect: true }, '', 400],
    ['a team there is not', {}, '?team=nobody', 404],
    ['a parameter there is not', {}, '?tem=main', 400],
  ])('refuses %s', async (_what, body, query, status) => {
    expect((await put(body, query)).status).toBe(status)
  })
})
