import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { countryOf, phoneForms } from '../../server/phone.ts'
import type { World } from '../../server/policy/case-caller.ts'
import { compile } from '../../server/policy/compile.ts'
import { decideCase } from '../../server/policy/simulate.ts'
import { casesSchema } from '../../server/schema/cases.ts'
import type { Case } from '../../server/schema/cases.ts'
import { emptyInstallation } from '../../server/schema/installation.ts'
import type { Policy } from '../../server/schema/policy.ts'
import { policySchema } from '../../server/schema/policy.ts'
import { seedFiles } from '../../server/schema/seeds.ts'

const root = new URL('../../', import.meta.url).pathname

const readJson = (...path: string[]): unknown =>
  JSON.parse(readFileSync(join(root, ...path), 'utf8'))

/** A shipped seed file, by its schema. */
export function seed<N extends keyof typeof seedFiles>(name: N): z.infer<(typeof seedFiles)[N]> {
  // the table's entry of this very name has read it
  return seedFiles[name].parse(readJson('seeds', name)) as z.infer<(typeof seedFiles)[N]>
}

/** What the shipped policies live in: the shipped seeds, and a CRM. */
export const world: World = {
  installation: {
    ...emptyInstallation,
    calendars: seed('calendars.json'),
    agents: seed('agents.json'),
    lines: seed('numbers.json'),
    assistants: seed('assistants.json'),
    declared: seed('attributes.json'),
    connectors: ['default'],
  },
  contacts: seed('contacts.json'),
  lists: seed('lists.json'),
  phoneForms,
  countryOf,
}

export interface Shipped {
  readonly policy: Policy
  readonly cases: readonly Case[]
}

/** Every policy of the folder with its cases. */
export const shipped: readonly Shipped[] = readdirSync(join(root, 'policies'))
  .filter((name) => name.endsWith('.json') && !name.endsWith('.cases.json'))
  .map((name) => ({
    policy: policySchema.parse(readJson('policies', name)),
    cases: casesSchema.parse(readJson('policies', name.replace(/\.json$/, '.cases.json'))),
  }))

/** One of them by its id. */
export function shippedPolicy(id: string): Shipped {
  const found = shipped.find(({ policy }) => policy.id === id)
  if (!found) throw new Error(`no policy ${id} is shipped`)
  return found
}

/** Decides a case by a policy, in the shipped seeds. */
export function decided(policy: Policy, theCase: Case) {
  return decideCase(compile(policy, world.installation), theCase, world)
}
