import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../../server/simulator/simulator.ts'
import { startSimulator } from '../../server/simulator/simulator.ts'
import {
  connectChange,
  envelope,
  line,
  newCallId,
  rejectAll,
  secret,
  sign,
  token,
} from './support.ts'

const kills = 20
const root = join(import.meta.dirname, '..', '..')

/** A server as a user starts it, killed without warning while calls come in. */
describe('a server that is killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'callgate-kill-'))
  const port = 20_000 + Math.floor(Math.random() * 12_000)
  const url = `http://127.0.0.1:${port}`
  const database = join(folder, 'callgate.db')
  let sim: Simulator
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    child = spawn(process.execPath, ['server/cli/callgate.mjs', 'serve'], {
      cwd: root,
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        PORT: String(port),
        DATABASE_URL: database,
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
    for (let tries = 0; tries < 600; tries += 1) {
      const ready = await fetch(`${url}/readyz`).catch(() => undefined)
      if (ready?.status === 200) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error('the server did not become ready')
  }

  async function kill(): Promise<void> {
    const ended = new Promise((resolve) => child?.once('exit', resolve))
    child?.kill('SIGKILL')
    await ended
  }

  beforeAll(async () => {
    mkdirSync(join(folder, 'policies'))
    mkdirSync(join(folder, 'seeds'))
    writeFileSync(join(folder, 'policies', 'reject-all.json'), JSON.stringify(rejectAll()))
    sim = await startSimulator({
      appSecret: secret,
      accessToken: 'an-access-token',
      webhookUrl: `${url}/webhooks/whatsapp`,
      lines: [{ id: line, display: '+16315553601' }],
      subscribedFields: [],
      keepLog: 100_000,
    })
  }, 30_000)
  afterAll(async () => {
    child?.kill('SIGKILL')
    await sim.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it(
    `${kills} times under load has lost no acknowledged call and decided none twice`,
    { timeout: 240_000 },
    async () => {
      const acknowledged = new Set<string>()
      let caller = 0
      for (let round = 0; round < kills; round += 1) {
        await start()
        const stopAt = Date.now() + 250 + Math.random() * 400
        const worker = async (): Promise<void> => {
          while (Date.now() < stopAt) {
            const id = newCallId()
            const body = JSON.stringify(
              envelope(
                connectChange({ id, from: `1631${String((caller += 1)).padStart(7, '0')}` }),
              ),
            )
            const answer = await fetch(`${url}/webhooks/whatsapp`, {
              method: 'POST',
              headers: { 'x-hub-signature-256': sign(body) },
              body,
            }).catch(() => undefined)
            if (answer?.status === 200) acknowledged.add(id)
            else if (answer === undefined) return
          }
        }
        const load = Promise.all(Array.from({ length: 8 }, worker))
        await new Promise((resolve) =>
          setTimeout(resolve, stopAt - Date.now() - Math.random() * 200),
        )
        await kill()
        await load
      }
      await start()
      await new Promise((resolve) => setTimeout(resolve, 500))
      await kill()

      const db = new Database(database)
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
      const stored = new Set(db.prepare('select provider_id from calls').pluck().all() as string[])
      const lost = [...acknowledged].filter((id) => !stored.has(id))
      expect(acknowledged.size).toBeGreaterThan(kills)
      expect(lost).toEqual([])
      const incomplete = db
        .prepare(
          `select count(*) from calls where id not in (select call_id from decisions)
           or (select count(*) from actions where call_id = calls.id) != 2`,
        )
        .pluck()
        .get()
      expect(incomplete).toBe(0)
      db.close()

      const sent = new Map<string, number>()
      for (const event of sim.log)
        if (event.kind === 'graph' && event.path.endsWith('/messages')) {
          const key = (event.body as { biz_opaque_callback_data: string }).biz_opaque_callback_data
          sent.set(key, (sent.get(key) ?? 0) + 1)
        }
      expect([...sent.values()].filter((times) => times > 1)).toEqual([])
    },
  )
})
