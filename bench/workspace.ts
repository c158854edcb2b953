import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Policy } from '../server/schema/policy.ts'
import { alwaysOpen, installation } from './policy-documents.ts'
import { appSecret, lines, phoneOf } from './webhook/deliveries.ts'

/** A folder with a database, policies and seeds of its own, and the environment that names them. */
export interface Workspace {
  readonly folder: string
  readonly policies: string
  readonly database: string
  readonly environment: Readonly<Record<string, string>>
  remove(): void
}

/** @param contacts how many of the callers are in the address book */
export function createWorkspace(
  policies: readonly Policy[],
  { contacts, graphUrl }: { contacts: number; graphUrl: string },
): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'callgate-bench-'))
  const paths = {
    policies: join(folder, 'policies'),
    seeds: join(folder, 'seeds'),
    database: join(folder, 'callgate.db'),
  }
  mkdirSync(paths.policies)
  mkdirSync(paths.seeds)
  for (const policy of policies)
    writeFileSync(join(paths.policies, `${policy.id}.json`), JSON.stringify(policy))
  const seeds = {
    contacts: Array.from({ length: contacts }, (_, index) => contactOf(index)),
    agents: installation.agents,
    calendars: { support: alwaysOpen() },
    attributes: installation.declared,
    numbers: lines,
  }
  for (const [name, content] of Object.entries(seeds))
    writeFileSync(join(paths.seeds, `${name}.json`), JSON.stringify(content))
  return {
    folder,
    policies: paths.policies,
    database: paths.database,
    environment: {
      DATABASE_URL: paths.database,
      POLICIES_DIR: paths.policies,
      SEEDS_DIR: paths.seeds,
      META_APP_SECRET: appSecret,
      META_ACCESS_TOKEN: 'bench-access-token',
      META_GRAPH_URL: graphUrl,
      ADMIN_TOKEN: 'bench-admin-token',
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function contactOf(index: number) {
  return {
    phone: `+${phoneOf(index)}`,
    name: `Contact ${index}`,
    priority: index % 100,
    tags: index % 10 === 0 ? ['regular'] : [],
    attributes: { weekday: 1 + (index % 7), minute: 480 + (index % 620), queue: index % 8 },
  }
}
