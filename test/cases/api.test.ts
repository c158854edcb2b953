import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callersNamed, worldFrom } from '../../server/policy/case-world.ts'
import { compareCase } from '../../server/policy/cases.ts'
import { compile } from '../../server/policy/compile.ts'
import { decideCase } from '../../server/policy/simulate.ts'
import { caseWorldSchema } from '../../server/schema/case-world.ts'
import type { Case } from '../../server/schema/cases.ts'
import { casesSchema, caseSchema } from '../../server/schema/cases.ts'
import { policySchema } from '../../server/schema/policy.ts'
import type { Bench } from '../gatekeeper/support.ts'
import { connectChange, envelope, line, newCallId, startBench } from '../gatekeeper/support.ts'
import { seed, shippedPolicy } from '../policies/world.ts'

const { policy, cases } = shippedPolicy('main-line')
let bench: Bench
beforeAll(async () => {
  bench = await startBench({
    policies: [policy],
    seeds: {
      'calendars.json': seed('calendars.json'),
      'agents.json': seed('agents.json'),
      'contacts.json': seed('contacts.json'),
      'lists.json': seed('lists.json'),
      'assistants.json': seed('assistants.json'),
      'attributes.json': seed('attributes.json'),
      'numbers.json': [{ id: line }],
    },
  })
  writeFileSync(join(bench.policies, 'main-line.cases.json'), JSON.stringify(cases))
}, 120_000)
afterAll(() => bench.close())
/** The thread that reads starts slowly from source. */
const patience = 60_000

interface Stored {
  readonly revision: string
  readonly cases: readonly Case[] | null
  readonly problems: readonly { readonly message: string; readonly line?: number }[]
}
// the route's own shape
const read = async (): Promise<Stored> =>
  (await (await bench.api('/api/policies/main-line/cases')).json()) as Stored
const put = (given: readonly unknown[], revision?: string) =>
  bench.api('/api/policies/main-line/cases', {
    method: 'PUT',
    headers: {
      'content-type': 'application/json',
      ...(revision === undefined ? {} : { 'if-match': `"${revision}"` }),
    },
    body: JSON.stringify({ cases: given }),
  })

describe('the cases of a policy', () => {
  it(
    'are read and replaced in their file, and who saw an older one is told',
    async () => {
      const first = await read()
      expect(first.cases).toEqual(cases)
      expect((await put(cases)).status).toBe(428)
      const saved = await put(cases.slice(1), first.revision)
      expect(saved.status).toBe(200)
      const text = readFileSync(join(bench.policies, 'main-line.cases.json'), 'utf8')
      expect(casesSchema.parse(JSON.parse(text))).toEqual(cases.slice(1))
      expect(text).toMatch(/^\[\n {2}\{\n.*\n\]\n$/s)
      expect((await put(cases, first.revision)).status).toBe(412)
      const second = await read()
      expect(saved.headers.get('etag')).toBe(`"${second.revision}"`)
      expect((await put(cases, second.revision)).status).toBe(200)
      expect(readdirSync(bench.policies).sort()).toEqual(['main-line.cases.json', 'main-line.json'])
    },
    patience,
  )

  it(
    'refuse what is no case, and a policy that is not there',
    async () => {
      const { revision } = await read()
      expect((await put([{ name: 'x', at: 'noon', expect: {} }], revision)).status).toBe(400)
      expect((await bench.api('/api/policies/nobody/cases')).status).toBe(404)
      expect((await read()).revision).toBe(revision)
    },
    patience,
  )

  it(
    'say where their file is broken, and can then be replaced',
    async () => {
      const path = join(bench.policies, 'main-line.cases.json')
      writeFileSync(path, '[\n  { "name": 1 }\n]\n')
      const broken = await read()
      expect(broken.cases).toBeNull()
      expect(broken.problems[0]?.line).toBe(2)
      expect((await put(cases, broken.revision)).status).toBe(200)
      expect((await read()).cases).toEqual(cases)
    },
    patience,
  )

  it(
    'are in the audit log by their number only',
    async () => {
      const { revision } = await read()
      await put([...cases, { ...cases[0], name: 'about +447700900999' }], revision)
      const response = await bench.api('/api/audit?operation=putCases')
      const text = await response.text()
      expect(text).toContain('"added":1')
      expect(text).not.toContain('+44')
      await put(cases, (await read()).revision)
    },
    patience,
  )

  it(
    'come out in a browser as they do here, with what is told of their callers',
    async () => {
      const response = await bench.api('/api/policies/main-line/case-world', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ callers: callersNamed(cases) }),
      })
      const told = caseWorldSchema.parse(await response.json())
      const { installation } = bench.server.context
      const world = worldFrom(told, installation.current())
      const compiled = compile(policy, world.installation)
      for (const theCase of cases) {
        const { walked, message } = decideCase(compiled, theCase, world)
        const { differences } = compareCase(theCase, walked, message?.text)
        expect([theCase.name, differences]).toEqual([theCase.name, []])
      }
    },
    patience,
  )
})

describe('a case made of a call', () => {
  it(
    'holds nothing of the caller, passes, and fails when the policy is changed against it',
    async () => {
      const id = newCallId()
      const offer = { id, from: '33612345601', name: 'Camille Laurent' }
      await bench.post(envelope(connectChange(offer)))
      const { ref } = await bench.decision(id)
      const response = await bench.api(`/api/calls/${ref}/case`)
      expect(response.status).toBe(200)
      const made = (await response.json()) as { policy: string; case: unknown }
      const theCase = caseSchema.parse(made.case)
      const text = JSON.stringify(made)
      for (const secret of ['33612345601', 'Camille', 'FR.', id]) expect(text).not.toContain(secret)
      expect(theCase.expect.path).toEqual(['blocked', 'spam', 'vip', 'alert', 'toOwner'])

      const simulate = (document: unknown) =>
        bench.api('/api/policies/main-line/simulate', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ case: theCase, document }),
        })
      const pathOf = async (document: unknown) => {
        const { path } = (await (await simulate(document)).json()) as { path: { node: string }[] }
        return path.map(({ node }) => node)
      }
      expect(await pathOf(policy)).toEqual(theCase.expect.path)
      const stricter = { ...policy.nodes['vip'], minPriority: 100 }
      const changed = policySchema.parse({ ...policy, nodes: { ...policy.nodes, vip: stricter } })
      expect(await pathOf(changed)).not.toEqual(theCase.expect.path)
    },
    patience,
  )

  it(
    'is refused for a call that is not there',
    async () => {
      expect((await bench.api('/api/calls/nothing/case')).status).toBe(404)
    },
    patience,
  )
})
