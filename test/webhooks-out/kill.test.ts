import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  connectChange,
  envelope,
  newCallId,
  rejectAll,
  secret as appSecret,
  sign,
  token,
} from '../gatekeeper/support.ts'
import { until } from '../http/support.ts'
import type { Receiver } from './support.ts'
import { startReceiver, verify } from './support.ts'

const root = join(import.meta.dirname, '..', '..')
const patient = 60_000
const folder = mkdtempSync(join(tmpdir(), 'callgate-webhooks-'))
const port = 20_000 + Math.floor(Math.random() * 12_000)
const url = `http://127.0.0.1:${port}`
let child: ChildProcess | undefined
let receiver: Receiver

beforeAll(async () => {
  receiver = await startReceiver()
  for (const name of ['policies', 'seeds']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'policies', 'reject-all.json'), JSON.stringify(rejectAll()))
})
afterAll(async () => {
  child?.kill('SIGKILL')
  await receiver.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A server as a user starts it, which kills itself at a step. */
function start(crashAt = ''): void {
  child = spawn(process.execPath, ['server/cli/callgate.mjs', 'serve'], {
    cwd: root,
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      DATABASE_URL: join(folder, 'callgate.db'),
      POLICIES_DIR: join(folder, 'policies'),
      SEEDS_DIR: join(folder, 'seeds'),
      META_APP_SECRET: appSecret,
      META_GRAPH_URL: 'http://127.0.0.1:9',
      ADMIN_TOKEN: token,
      OUTGOING_ALLOW: '127.0.0.1',
      LOG_LEVEL: 'error',
      CALLGATE_CRASH_AT: crashAt,
    },
  })
}

const isReady = async (): Promise<boolean> =>
  (await fetch(`${url}/readyz`).catch(() => undefined))?.status === 200

const dies = () => until(() => child?.exitCode !== null || child.signalCode !== null, patient)

it(
  'loses no event between commit and send, and repeats one under its id',
  { timeout: 240_000 },
  async () => {
    start('after-commit/commitDecision')
    await until(isReady, patient)
    const made = await fetch(`${url}/api/webhooks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ url: receiver.url, events: ['call.decided'] }),
    })
    const { secret, endpoint } = (await made.json()) as { secret: string; endpoint: { id: string } }
    const body = JSON.stringify(envelope(connectChange({ id: newCallId(), from: '491701230000' })))
    await fetch(`${url}/webhooks/whatsapp`, {
      method: 'POST',
      headers: { 'x-hub-signature-256': sign(body) },
      body,
    }).catch(() => undefined)
    await dies()
    expect(receiver.heard).toEqual([])

    // sent, but dead before that could be written down
    start('before-commit/recordAttempt')
    await until(() => receiver.heard.length === 1, patient)
    await dies()

    start()
    await until(() => receiver.heard.length === 2, patient)
    const [first, second] = receiver.heard
    if (!first || !second) throw new Error('two were heard')
    expect(second.id).toBe(first.id)
    expect(second.text).toBe(first.text)
    for (const heard of receiver.heard) expect(verify(secret, heard)).toMatchObject({ type: 'call.decided' }) // prettier-ignore
    const isRecorded = async () => {
      const headers = { authorization: `Bearer ${token}` }
      const path = `/api/webhooks/${endpoint.id}/deliveries`
      const answer = await fetch(url + path, { headers }).catch(() => undefined)
      return (await answer?.text())?.includes('"state":"done"') ?? false
    }
    await until(isRecorded, patient)
    child?.kill('SIGTERM')
    await dies()
    start()
    await until(isReady, patient)
    expect(receiver.heard).toHaveLength(2)
  },
)
