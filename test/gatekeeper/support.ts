import { createHmac } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../server/config.ts'
import type { Overrides } from '../../server/context.ts'
import type { DecisionView } from '../../server/schema/decision.ts'
import type { RunningServer } from '../../server/serve.ts'
import { startServer } from '../../server/serve.ts'
import type { Simulator } from '../../server/simulator/simulator.ts'
import { startSimulator } from '../../server/simulator/simulator.ts'

export const secret = 'an-app-secret'
export const line = '106540352242922'
export const display = '16315553601'
export const token = 'an-admin-token'

export interface Bench {
  readonly server: RunningServer
  readonly sim: Simulator
  readonly policies: string
  readonly seeds: string
  readonly environment: Record<string, string>
  api(path: string, init?: RequestInit): Promise<Response>
  /** Sends a body with a right signature, unless one is given. */
  post(body: unknown, signature?: string): Promise<Response>
  decision(id: string): Promise<DecisionView>
  settled(): Promise<void>
  restart(overrides?: Overrides): Promise<void>
  close(): Promise<void>
}

export const sign = (body: string | Uint8Array, key = secret): string =>
  `sha256=${createHmac('sha256', key).update(body).digest('hex')}`

/** A policy that rejects everybody with a text. */
export const rejectAll = (text = 'Please write to us, {{caller.name | default: "caller"}}.') => ({
  schema: 1,
  id: 'reject-all',
  name: 'Reject all',
  numbers: ['*'],
  start: 'no',
  fallback: { kind: 'reject', message: { text: 'Sorry.' } },
  nodes: { no: { kind: 'reject', message: { text } } },
})

export interface BenchOptions {
  readonly policies?: readonly ({ id: string } & Record<string, unknown>)[]
  readonly seeds?: Readonly<Record<string, unknown>>
  readonly environment?: Record<string, string>
  readonly overrides?: Overrides
  readonly simulator?: Partial<Parameters<typeof startSimulator>[0]>
}

const startSim = (port: number, options: BenchOptions) =>
  startSimulator({
    appSecret: secret,
    accessToken: 'an-access-token',
    webhookUrl: `http://127.0.0.1:${port}/webhooks/whatsapp`,
    verifyToken: 'a-verify-token',
    lines: [{ id: line, display: `+${display}` }],
    seed: 7,
    ...options.simulator,
  })

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}

/** A real server and Meta's side, on loopback, with policies and seeds of their own. */
export async function startBench(options: BenchOptions = {}): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'callgate-test-'))
  const policies = join(folder, 'policies')
  const seeds = join(folder, 'seeds')
  mkdirSync(policies)
  mkdirSync(seeds)
  for (const policy of options.policies ?? [rejectAll()])
    writeFileSync(join(policies, `${policy.id}.json`), JSON.stringify(policy))
  for (const [name, content] of Object.entries(options.seeds ?? {}))
    writeFileSync(join(seeds, name), JSON.stringify(content))
  const port = await freePort()
  const sim = await startSim(port, options)
  const environment = {
    PORT: String(port),
    DATABASE_URL: join(folder, 'callgate.db'),
    POLICIES_DIR: policies,
    SEEDS_DIR: seeds,
    META_APP_SECRET: secret,
    META_VERIFY_TOKEN: 'a-verify-token',
    META_ACCESS_TOKEN: 'an-access-token',
    META_GRAPH_URL: sim.url,
    ADMIN_TOKEN: token,
    LOG_LEVEL: 'silent',
    ...options.environment,
  }
  let server = await startServer(readConfig(environment), options.overrides)
  const api: Bench['api'] = (path, init = {}) =>
    fetch(`${server.url}${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...init.headers,
      },
    })
  return {
    get server() {
      return server
    },
    sim,
    policies,
    seeds,
    environment,
    api,
    async post(body, signature) {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      return fetch(`${server.url}/webhooks/whatsapp`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-hub-signature-256': signature ?? sign(text),
        },
        body: text,
      })
    },
    async decision(id) {
      const response = await api(`/api/calls/${encodeURIComponent(id)}/decision`)
      if (response.status !== 200)
        throw new Error(`decision: ${response.status} ${await response.text()}`)
      // the route answers what its schema says
      return (await response.json()) as DecisionView
    },
    async settled() {
      await sim.idle()
      await server.context.dispatcher.idle()
      await sim.idle()
    },
    async restart(overrides) {
      await server.close()
      server = await startServer(readConfig(environment), overrides)
    },
    async close() {
      await server.close()
      await sim.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

let serial = 0
/** A call id nobody used before. */
export const newCallId = (): string => `wacid.test${Date.now().toString(36)}${(serial += 1)}`

export interface Offer {
  id?: string
  from?: string
  userId?: string
  name?: string
  /** Seconds before now. */
  age?: number
  extra?: Record<string, unknown>
}

const seconds = (age = 0): string => String(Math.floor(Date.now() / 1000) - age)

const change = (value: Record<string, unknown>, field = 'calls') => ({
  field,
  value: {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: display, phone_number_id: line },
    ...value,
  },
})

const contacts = ({ from, userId, name }: Offer) => [
  {
    profile: { name: name ?? 'Dana' },
    ...(from === undefined ? {} : { wa_id: from }),
    ...(userId === undefined ? {} : { user_id: userId }),
  },
]

const ids = ({ from, userId }: Offer) => ({
  ...(from === undefined ? {} : { from }),
  ...(userId === undefined ? {} : { from_user_id: userId }),
})

/** A user-initiated connect, as whatsapp-calling.md 2.2 documents it. */
export const connectChange = (offer: Offer) =>
  change({
    contacts: contacts(offer),
    calls: [
      {
        id: offer.id ?? newCallId(),
        to: display,
        ...ids(offer),
        event: 'connect',
        timestamp: seconds(offer.age),
        direction: 'USER_INITIATED',
        session: { sdp_type: 'offer', sdp: 'v=0\r\n' },
        ...offer.extra,
      },
    ],
  })

/** A terminate, of a call nobody picked up unless `duration` is in `extra` (2.3). */
export const terminateChange = (offer: Offer) =>
  change({
    contacts: contacts(offer),
    calls: [
      {
        id: offer.id ?? newCallId(),
        to: display,
        ...ids(offer),
        event: 'terminate',
        timestamp: seconds(offer.age),
        direction: 'USER_INITIATED',
        status: 'COMPLETED',
        ...offer.extra,
      },
    ],
  })

export const envelope = (...changes: unknown[]) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: 'WABA', changes }],
})

/** What our side asked Graph for: the bodies sent to one edge. */
export function asked(bench: Bench, edge: 'calls' | 'messages'): Record<string, unknown>[] {
  return bench.sim.log.flatMap((event) =>
    event.kind === 'graph' && event.path.endsWith(`/${edge}`) && event.method === 'POST'
      ? [event.body as Record<string, unknown>]
      : [],
  )
}
