import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import { accessToken, lines, secret, sign, token } from './bodies.ts'
import { onCleanUp } from './cleanup.ts'
import { Journal } from './journal.ts'
import { Metrics } from './metrics.ts'
import { OtherSide } from './other-side.ts'
import type { World } from './other-side-messages.ts'
import { freePort, root, ServerProcess } from './server.ts'
import { until } from './wait.ts'

export interface StageOptions {
  readonly policies?: readonly { id: string }[]
  readonly seeds?: Readonly<Record<string, unknown>>
  readonly environment?: Readonly<Record<string, string>>
  readonly world?: Partial<Omit<World, 'webhookUrl'>>
  /** The server asks the CRM stand-in. */
  readonly crm?: boolean
  /** Where the database is; in the stage's own folder unless told. */
  readonly databaseFolder?: string
  /** Start the server right away; so unless told. */
  readonly start?: boolean
}

export interface Answered {
  readonly status: number
  readonly text: string
  readonly ms: number
}

/** One server with Meta's side, a CRM and a folder of their own. */
export interface Stage {
  readonly server: ServerProcess
  readonly other: OtherSide
  readonly folder: string
  readonly policies: string
  readonly database: string
  readonly crmUrl: string
  api(path: string, init?: { method?: string; body?: unknown; headers?: object }): Promise<Answered>
  /** Posts a webhook of ours; rightly signed unless `headers` say otherwise. */
  post(body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answered>
  metrics(): Promise<Metrics>
  journal(): Journal
  writePolicy(id: string, text: string): void
  /** Waits until everything was delivered, decided and sent. @returns whether it came to that */
  settled(timeoutMs?: number): Promise<boolean>
  close(): Promise<void>
}

/** What promises are tried with. */
export interface Tools {
  readonly root: string
  readonly soakMinutes: number
  stage(options?: StageOptions): Promise<Stage>
  close(): Promise<void>
}

function writeFolder(options: StageOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'callgate-campaign-'))
  const policies = join(folder, 'policies')
  const seeds = join(folder, 'seeds')
  mkdirSync(policies)
  mkdirSync(seeds)
  for (const policy of options.policies ?? [])
    writeFileSync(join(policies, `${policy.id}.json`), JSON.stringify(policy))
  for (const [name, content] of Object.entries(options.seeds ?? {}))
    writeFileSync(join(seeds, name), JSON.stringify(content))
  const remove = onCleanUp(() => rmSync(folder, { recursive: true, force: true }))
  return { folder, policies, seeds, remove }
}

const openActions = "select count(*) from actions where state in ('pending', 'claimed')"

async function openStage(other: OtherSide, options: StageOptions): Promise<Stage> {
  const { folder, policies, seeds, remove } = writeFolder(options)
  const port = await freePort()
  const webhookUrl = `http://127.0.0.1:${port}/webhooks/whatsapp`
  const { graphUrl, crmUrl } = await other.ask('open', { webhookUrl, lines, ...options.world })
  const database = join(options.databaseFolder ?? folder, 'callgate.db')
  const server = new ServerProcess(port, {
    DATABASE_URL: database,
    POLICIES_DIR: policies,
    SEEDS_DIR: seeds,
    META_APP_SECRET: secret,
    META_VERIFY_TOKEN: 'the-verify-token',
    META_ACCESS_TOKEN: accessToken,
    META_GRAPH_URL: graphUrl,
    ADMIN_TOKEN: token,
    ...(options.crm ? { CRM_URL: crmUrl, OUTGOING_ALLOW: '127.0.0.1' } : {}),
    ...options.environment,
  })
  const agent = new Agent({ connections: 2_000, keepAliveTimeout: 1_000, bodyTimeout: 60_000 })

  async function send(
    path: string,
    init: {
      method: 'GET' | 'POST' | 'PUT' | 'DELETE'
      headers: object
      body: string | Uint8Array | null
    },
  ): Promise<Answered> {
    const begun = performance.now()
    try {
      const answer = await request(`${server.url}${path}`, {
        method: init.method,
        headers: { ...init.headers },
        body: init.body,
        dispatcher: agent,
      })
      const text = await answer.body.text()
      return { status: answer.statusCode, text, ms: performance.now() - begun }
    } catch (error) {
      return { status: 0, text: String(error), ms: performance.now() - begun }
    }
  }

  const stage: Stage = {
    server,
    other,
    folder,
    policies,
    database,
    crmUrl,
    async api(path, { method = 'GET', body, headers = {} } = {}) {
      const init = {
        // the callers name one of the four
        method: method as 'GET',
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      }
      const answered = await send(path, init)
      // an idle connection may be closed at the moment it is used again
      return answered.status === 0 && server.isRunning ? send(path, init) : answered
    },
    post(body, headers) {
      const raw =
        typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
      return send('/webhooks/whatsapp', {
        method: 'POST',
        headers: headers ?? {
          'content-type': 'application/json',
          'x-hub-signature-256': sign(raw),
        },
        body: raw,
      })
    },
    metrics: async () => new Metrics((await stage.api('/metrics')).text),
    journal: () => Journal.open(database),
    writePolicy: (id, text) => writeFileSync(join(policies, `${id}.json`), text),
    async settled(timeoutMs = 60_000) {
      const begun = performance.now()
      await other.ask('idle', timeoutMs)
      const journal = Journal.open(database)
      const left = () => Math.max(1, timeoutMs - (performance.now() - begun))
      const isDone = await until(() => journal.count(openActions) === 0, left(), 100)
      journal.close()
      const isQuiet = await other.ask('idle', left())
      return isDone && isQuiet
    },
    async close() {
      await server.close()
      await agent.destroy()
      await other.ask('close', undefined)
      await remove()
    },
  }
  if (options.start !== false) {
    const { isReady } = await server.start()
    if (!isReady) throw new Error(`the server did not start: ${server.output}`)
  }
  return stage
}

/** Tools of one lane of the campaign: at most one stage at a time. */
export function createTools(soakMinutes: number): Tools {
  let other: OtherSide | undefined
  return {
    root,
    soakMinutes,
    async stage(options = {}) {
      other ??= new OtherSide()
      return openStage(other, options)
    },
    async close() {
      await other?.close()
      other = undefined
    },
  }
}

/** Opens a stage, uses it, and closes it whatever happens. */
export async function onStage<T>(
  tools: Tools,
  options: StageOptions,
  use: (stage: Stage) => Promise<T>,
): Promise<T> {
  const stage = await tools.stage(options)
  try {
    return await use(stage)
  } finally {
    await stage.close()
  }
}
