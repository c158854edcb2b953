import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { CanaryView } from '../../server/schema/canary.ts'
import type { ShadowDifference, ShadowView } from '../../server/schema/shadow.ts'
import type { Bench } from '../gatekeeper/support.ts'
import { line } from '../gatekeeper/support.ts'

/** Accepts everybody, as far as the policy goes; without a media path it goes on to a message. */
export const accepting = {
  schema: 1,
  id: 'front',
  name: 'Front',
  numbers: ['*'],
  budgetMs: 150,
  start: 'team',
  fallback: { kind: 'reject', message: { text: 'Sorry.' } },
  nodes: {
    team: { kind: 'accept', target: { team: 'support' }, otherwise: 'no' },
    no: { kind: 'reject', message: { text: 'Please write to us.' } },
  },
}
/** The same, but rejects everybody. */
export const rejecting = { ...accepting, start: 'no', nodes: { no: accepting.nodes.no } }

export const seeds = {
  'agents.json': [{ id: 'ana', teams: ['support'], status: 'available' }],
}

export interface Answered<T> {
  readonly status: number
  readonly body: T
}

export async function ask<T>(
  bench: Pick<Bench, 'api'>,
  path: string,
  init: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answered<T>> {
  const { method = init.body === undefined ? 'GET' : 'POST', body, headers = {} } = init
  const response = await bench.api(path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  // each test looks at what it asked for
  return { status: response.status, body: (await response.json()) as T }
}

export async function saveDraft(bench: Pick<Bench, 'api'>, document: unknown): Promise<void> {
  const saved = await ask(bench, '/api/policies/front/draft', {
    method: 'PUT',
    body: document,
    headers: { 'if-match': '*' },
  })
  expect(saved.status).toBe(200)
}

export const start = (bench: Pick<Bench, 'api'>, body: Record<string, unknown>) =>
  ask<{ data: CanaryView; error?: { code: string } }>(bench, '/api/policies/front/canary', {
    body,
  })

export const act = (bench: Pick<Bench, 'api'>, what: 'promote' | 'stop') =>
  ask<{ data: CanaryView; error?: { code: string } }>(bench, `/api/policies/front/canary/${what}`, {
    method: 'POST',
  })

export async function canaryOf(bench: Pick<Bench, 'api'>): Promise<CanaryView> {
  const { body } = await ask<{ data: CanaryView | null }>(bench, '/api/policies/front/canary')
  if (!body.data) throw new Error('there is no canary')
  return body.data
}

export async function shadowOf(bench: Pick<Bench, 'api'>): Promise<ShadowView> {
  const { body } = await ask<{ data: ShadowView | null }>(bench, '/api/policies/front/shadow')
  if (!body.data) throw new Error('there is no shadow')
  return body.data
}

export async function differencesOf(bench: Pick<Bench, 'api'>): Promise<ShadowDifference[]> {
  const path = '/api/policies/front/shadow/differences?per_page=100'
  return (await ask<{ data: ShadowDifference[] }>(bench, path)).body.data
}

export interface AuditEntry {
  readonly operation: string
  readonly actor: { readonly name: string }
  readonly subject: string | null
  readonly before: unknown
  readonly after: unknown
}

/** The audit log of a policy, newest first. */
export async function auditOf(bench: Pick<Bench, 'api'>): Promise<AuditEntry[]> {
  const { body } = await ask<{ data: AuditEntry[] }>(bench, '/api/audit?subject=front&per_page=100')
  return body.data
}

export const phoneOf = (caller: number): string => `1212555${String(caller).padStart(4, '0')}`

/** Phones that call through the real simulator, a few at once; each call decided before the next of the same lane. */
export async function place(bench: Bench, callers: readonly number[]): Promise<void> {
  const waiting = [...callers]
  const lane = async (): Promise<void> => {
    for (let caller = waiting.shift(); caller !== undefined; caller = waiting.shift()) {
      const call = await bench.sim.call({ from: phoneOf(caller), line })
      await call.delivered
    }
  }
  await Promise.all(Array.from({ length: 4 }, lane))
}

/** Which release answered each of these callers, in the order of their calls. */
export async function releasesOf(
  bench: Bench,
  callers: readonly number[],
): Promise<Map<string, string[]>> {
  const phones = callers.map((caller) => `+${phoneOf(caller)}`)
  const rows = await bench.server.context.db
    .selectFrom('calls')
    .select(['phone', 'release'])
    .where('phone', 'in', phones)
    .orderBy('id')
    .execute()
  const byCaller = new Map<string, string[]>()
  for (const { phone, release } of rows)
    byCaller.set(phone ?? '', [...(byCaller.get(phone ?? '') ?? []), release ?? ''])
  return byCaller
}

let last = 0
/** Callers nobody was before. */
export const newCallers = (count: number): number[] =>
  Array.from({ length: count }, () => (last += 1))

export async function until(holds: () => boolean | Promise<boolean>, limitMs = 30_000) {
  const began = performance.now()
  while (!(await holds())) {
    if (performance.now() - began > limitMs) throw new Error(`not so after ${limitMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export const fileOf = (bench: Bench): { start: string } =>
  // our own fixture, written by the server
  JSON.parse(readFileSync(join(bench.policies, 'front.json'), 'utf8')) as { start: string }
