import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CallView } from '../../server/schema/call.ts'
import { connectChange, envelope, secret, sign, token } from '../gatekeeper/support.ts'
import type { Simulator } from '../../server/simulator/simulator.ts'
import { startSimulator } from '../../server/simulator/simulator.ts'
import { line } from '../gatekeeper/support.ts'
import {
  accepting,
  ask,
  canaryOf,
  phoneOf,
  rejecting,
  saveDraft,
  seeds,
  shadowOf,
  start,
  until,
} from './support.ts'

const root = join(import.meta.dirname, '..', '..')
const callers = Array.from({ length: 12 }, (_, index) => 100 + index)

describe('a server that is killed while a canary and a shadow run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'callgate-canary-'))
  const port = 20_000 + Math.floor(Math.random() * 12_000)
  const url = `http://127.0.0.1:${port}`
  let sim: Simulator
  let child: ChildProcess | undefined

  const api = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...init.headers,
      },
    })

  async function run(): Promise<void> {
    child = spawn(process.execPath, ['server/cli/callgate.mjs', 'serve'], {
      cwd: root,
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        PORT: String(port),
        DATABASE_URL: join(folder, 'callgate.db'),
        POLICIES_DIR: join(folder, 'policies'),
        SEEDS_DIR: join(folder, 'seeds'),
        META_APP_SECRET: secret,
        META_ACCESS_TOKEN: 'an-access-token',
        META_VERIFY_TOKEN: 'a-verify-token',
        META_GRAPH_URL: sim.url,
        ADMIN_TOKEN: token,
        LOG_LEVEL: 'error',
      },
    })
    await until(
      async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.status === 200,
      90_000,
    )
  }

  async function kill(): Promise<void> {
    const ended = new Promise((resolve) => child?.once('exit', resolve))
    child?.kill('SIGKILL')
    await ended
  }

  /** Each calls once; which release answered whom. */
  async function callAll(): Promise<Map<string, string | null>> {
    for (const caller of callers) {
      const body = JSON.stringify(envelope(connectChange({ from: phoneOf(caller) })))
      const headers = { 'x-hub-signature-256': sign(body) }
      const answer = await fetch(`${url}/webhooks/whatsapp`, { method: 'POST', headers, body })
      expect(answer.status).toBe(200)
    }
    const path = `/api/calls?per_page=${callers.length}`
    const { data } = (await ask<{ data: CallView[] }>({ api }, path)).body
    return new Map(data.map(({ from_number, release }) => [from_number ?? '', release]))
  }

  beforeAll(async () => {
    mkdirSync(join(folder, 'policies'))
    mkdirSync(join(folder, 'seeds'))
    writeFileSync(join(folder, 'policies', 'front.json'), JSON.stringify(accepting))
    for (const [name, content] of Object.entries(seeds))
      writeFileSync(join(folder, 'seeds', name), JSON.stringify(content))
    sim = await startSimulator({
      appSecret: secret,
      accessToken: 'an-access-token',
      webhookUrl: `${url}/webhooks/whatsapp`,
      lines: [{ id: line, display: '+16315553601' }],
      subscribedFields: [],
    })
  }, 30_000)
  afterAll(async () => {
    child?.kill('SIGKILL')
    await sim.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('goes on with both, and every caller is on the side they were on', async () => {
    await run()
    await saveDraft({ api }, rejecting)
    const { body } = await start({ api }, { percent: 50, guards: { minCallers: 1000 } })
    await ask({ api }, '/api/policies/front/shadow', { body: {} })
    const before = await callAll()
    expect(new Set(before.values()).size).toBe(2)
    await until(async () => (await shadowOf({ api })).compared === callers.length)
    const shadow = await shadowOf({ api })
    await kill()
    await run()
    expect(await canaryOf({ api })).toMatchObject({ id: body.data.id, state: 'running' })
    expect(await callAll()).toEqual(before)
    const { figures } = await canaryOf({ api })
    expect(figures.canary.calls + figures.control.calls).toBe(2 * callers.length)
    expect(figures.canary.callers + figures.control.callers).toBe(callers.length)
    await until(async () => (await shadowOf({ api })).compared === 2 * callers.length)
    expect(await shadowOf({ api })).toMatchObject({ id: shadow.id, stoppedAt: null })
  }, 240_000)
})
