import { afterAll, beforeAll, expect, it } from 'vitest'
import { callersNamed } from '../../server/policy/case-world.ts'
import { compile } from '../../server/policy/compile.ts'
import type { Tried } from '../../server/policy/try-call/try-call.ts'
import type { Case } from '../../server/schema/cases.ts'
import type { FactValue } from '../../server/schema/facts.ts'
import { factSpec } from '../../server/schema/facts.ts'
import type { Policy } from '../../server/schema/policy.ts'
import { generatedPolicy } from '../editor/generated-policy.ts'
import { chosenSeed } from '../chance.ts'
import { seed, shipped, world } from '../policies/world.ts'
import { randomFrom } from '../policy/random-conditions.ts'
import { picker } from '../policy/why-not-support.ts'
import type { TestApp, TestPage } from './browser.ts'
import { startTestApp } from './browser.ts'
import fc from 'fast-check'

/** What a simulation is about: what is asked of the browser and of the server. */
interface Asked {
  readonly id: string
  /** Of a policy that is not shipped. */
  readonly document?: Policy
  readonly case: Omit<Case, 'name' | 'expect'>
}

const count = 1000
const token = 'a-token-of-this-test'
const start = chosenSeed
const dayMs = 86_400_000

let app: TestApp
let test: TestPage
beforeAll(async () => {
  app = await startTestApp({ CRM_URL: 'http://127.0.0.1:9/crm', ADMIN_TOKEN: token })
  test = await app.open()
  await test.signIn()
}, 240_000)
afterAll(() => app?.close())

function factOf(name: string, random: () => number): FactValue {
  const pick = picker(random)
  const spec = factSpec(name, world.installation)
  if (spec?.values) return pick(spec.values)
  switch (spec?.type) {
    case 'boolean':
      return random() < 0.5
    case 'number':
      return Math.floor(random() * 120)
    case 'list':
      return ['board', 'contract', 'vip', 'press'].filter(() => random() < 0.4)
    case 'instant':
      return Date.parse('2026-11-01T00:00:00Z') + Math.floor(random() * 60 * dayMs)
    default:
      return pick(['gold', 'silver', 'platinum', 'none', 'de', 'fr', 'ana', '', 'something else'])
  }
}

function callerOf(random: () => number): Case['caller'] {
  const pick = picker(random)
  const contact = pick(seed('contacts.json'))
  const ids = [contact.phone, contact.userId].filter((id) => id !== undefined)
  return pick<() => Case['caller']>([
    () => undefined,
    () => pick(ids),
    () => pick(['+49 151 9999 8888', '+33612345699', 'FR.999']),
    () => ({ priority: Math.floor(random() * 100), tier: pick(['gold', 'none']) }),
    () => ({ phone: pick(ids), tags: ['board'] }),
  ])()
}

function randomCall(generated: readonly Policy[], random: () => number): Asked {
  const pick = picker(random)
  const isShipped = random() < 0.85
  const document = isShipped ? pick(shipped).policy : pick(generated)
  const names = compile(document, world.installation).facts
  const set = names
    .filter(() => random() < 0.3)
    .map((name) => [name, random() < 0.2 ? 'unknown' : factOf(name, random)] as const)
  const caller = callerOf(random)
  const at = Date.parse('2026-11-01T00:00:00Z') + Math.floor(random() * 300 * dayMs)
  return {
    ...(isShipped ? { id: document.id } : { id: 'main-line', document }),
    case: {
      at: new Date(at).toISOString(),
      ...(random() < 0.3 ? { call: { media: 'video', number: '106540352242922' } } : {}),
      ...(caller === undefined ? {} : { caller }),
      // lists of facts are the test's own
      facts: Object.fromEntries(set) as NonNullable<Case['facts']>,
    },
  }
}

/** What both must say, without the time that things took and when. */
function comparable(told: object): unknown {
  const names = [
    'outcome',
    'node',
    'path',
    'facts',
    'unknown',
    'fallback',
    'effects',
    'trace',
    'message',
  ]
  const text = JSON.stringify(told, (key, value: unknown) =>
    key === 'ms' || key === 'at' ? undefined : value,
  )
  const parsed = JSON.parse(text) as Record<string, unknown>
  return Object.fromEntries(names.map((name) => [name, parsed[name]]))
}

/** Where the simulator's own worker comes from. */
async function workerUrl(): Promise<string> {
  const { page } = test
  await page.goto('/policies/main-line')
  const [worker] = await Promise.all([
    page.waitForEvent('worker', (one) => one.url().includes('try.worker')),
    page.getByText('Simulate', { exact: true }).click(),
  ])
  return worker.url()
}

it(`decides ${count} random calls in Chromium as the server does (seed ${start})`, async () => {
  const random = randomFrom(start)
  const generated = fc
    .sample(generatedPolicy(), { numRuns: 40, seed: start })
    // a document is tried as the draft of the policy whose name it has
    .map((document) => ({ ...document, id: 'main-line' }))
  const asked = Array.from({ length: count }, () => randomCall(generated, random))
  const documents = Object.fromEntries(shipped.map(({ policy }) => [policy.id, policy]))
  const inBrowser = await test.page.evaluate(
    async ({ asked, documents, callers, url }) => {
      const { installation } = (await (await fetch('/api/catalogue')).json()) as {
        installation: unknown
      }
      const headers = { 'content-type': 'application/json' }
      const question = { method: 'POST', headers, body: JSON.stringify({ callers }) }
      const told: unknown = await (
        await fetch('/api/policies/main-line/case-world', question)
      ).json()
      const engine = new Worker(url, { type: 'module' })
      const decide = (one: (typeof asked)[number], id: number) =>
        new Promise<unknown>((resolve, reject) => {
          engine.onerror = ({ message }) => reject(new Error(message))
          engine.onmessage = ({ data }: MessageEvent<{ tried: unknown }>) => resolve(data.tried)
          const { id: policy, document = documents[policy], case: given } = one
          const trial = { case: given }
          engine.postMessage({ id, kind: 'trial', document, installation, told, trial })
        })
      const tried: unknown[] = []
      for (const [index, one] of asked.entries()) tried.push(await decide(one, index))
      return tried
    },
    {
      asked,
      documents,
      callers: callersNamed(asked.map((one) => one.case)),
      url: await workerUrl(),
    },
  )
  const onServer: unknown[] = []
  for (const { id, document, case: given } of asked) {
    const response = await fetch(`${app.url}/api/policies/${id}/simulate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ document, case: given }),
    })
    expect(response.status).toBe(200)
    onServer.push(await response.json())
  }
  // both are decisions as the simulator tells them
  const [browser, server] = [inBrowser as Tried[], onServer as Tried[]]
  expect(new Set(server.map(({ outcome }) => outcome)).size).toBeGreaterThan(2)
  for (const [index, one] of browser.entries())
    expect(comparable(one)).toEqual(comparable(server[index] ?? {}))
  expect(browser.length).toBe(count)
  expect(test.errors).toEqual([])
}, 240_000)
