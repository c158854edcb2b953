import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'vitest'
import type { Bench, BenchOptions } from '../gatekeeper/support.ts'
import { line, startBench } from '../gatekeeper/support.ts'

export interface Told {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Somebody else's server that is told of verifications. */
export interface Receiver {
  readonly url: string
  readonly told: Told[]
  /** What it answers from now on. */
  answer(status: number, headers?: Record<string, string>): void
  close(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const told: Told[] = []
  let status = 204
  let more: Record<string, string> = {}
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (part: string) => (body += part))
    request.on('end', () => {
      told.push({ headers: request.headers, body })
      response.writeHead(status, more).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // a server that listens on a port has such an address
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hooks?key=abc`,
    told,
    answer(next, headers = {}) {
      status = next
      more = headers
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Verifies as a receiver does by the Standard Webhooks specification. @returns the event */
export function verified({ headers, body }: Told, secret: string, now = Date.now()) {
  const id = String(headers['webhook-id'])
  const timestamp = String(headers['webhook-timestamp'])
  expect(Math.abs(now / 1000 - Number(timestamp))).toBeLessThan(300)
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const right = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
  const given = String(headers['webhook-signature'])
    .split(' ')
    .map((one) => one.split(','))
    .filter(([version]) => version === 'v1')
    .map(([, signature = '']) => Buffer.from(signature, 'base64'))
  expect(given.some((one) => one.length === 32 && timingSafeEqual(one, right))).toBe(true)
  expect(headers['content-type']).toBe('application/json')
  // the event is what the test then looks at
  return JSON.parse(body) as {
    type: string
    timestamp: string
    data: Record<string, unknown> & { id: string }
  }
}

/** Confirms a call that is waited for, and turns away every other. */
export const confirming = {
  schema: 1,
  id: 'confirming',
  name: 'Confirming',
  numbers: ['*'],
  start: 'pending',
  fallback: { kind: 'reject', message: { text: 'Sorry.' } },
  nodes: {
    pending: {
      kind: 'condition',
      when: { all: [{ fact: 'verification.pending', operator: 'equal', value: true }] },
      exits: { yes: 'confirmed', no: 'ordinary' },
    },
    confirmed: { kind: 'reject', message: { text: 'Confirmed.', important: true } },
    ordinary: { kind: 'reject', message: { text: 'Please write to us.' } },
  },
}

/** A clock that can be put forward. */
export function movableClock() {
  let offset = 0
  return {
    now: () => Date.now() + offset,
    monotonic: () => performance.now(),
    forward: (seconds: number) => void (offset += seconds * 1000),
  }
}

export const startVerifier = (options: BenchOptions = {}): Promise<Bench> =>
  startBench({
    policies: [confirming],
    ...options,
    seeds: { 'numbers.json': [{ id: line, team: 'fraud' }], ...options.seeds },
    environment: { OUTGOING_ALLOW: '127.0.0.1', ...options.environment },
  })

export interface Verification {
  readonly id: string
  readonly state: string
  readonly expiresAt: string
  readonly fulfilledAt?: string
  readonly callRef?: string
  readonly webhookSecret?: string
  readonly message?: { state: string; reason?: string }
  readonly webhook?: { state: string; attempts: number; error?: string }
}

export const post = (bench: Bench, body: unknown): Promise<Response> =>
  bench.api('/api/verifications', { method: 'POST', body: JSON.stringify(body) })

/** Opens one that must be accepted. */
export async function open(bench: Bench, body: Record<string, unknown>): Promise<Verification> {
  const answer = await post(bench, { ttlSeconds: 120, ...body })
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`)
  // the route answers what its schema says
  return (await answer.json()) as Verification
}

export async function look(bench: Bench, id: string): Promise<Verification> {
  const answer = await bench.api(`/api/verifications/${id}`)
  expect(answer.status).toBe(200)
  // the route answers what its schema says
  return (await answer.json()) as Verification
}
