import { z } from 'zod'
import { openSecret } from './access/sealed-document.ts'
import type { SecretBox } from './access/secret-box.ts'
import type { Db } from './db/open.ts'
import type { Logger } from './logger.ts'
import { calendarSchema } from './schema/calendar.ts'
import type { Calendar } from './schema/calendar.ts'
import type { Installation } from './schema/installation.ts'
import { agentSchema, assistantSchema, declarationSchema, lineSchema } from './schema/seeds.ts'
import type { Declaration } from './schema/seeds.ts'

/** What the installation has besides policies and contacts, held whole and read anew when told so. */
export interface InstallationStore {
  current(): Installation
  /** Reads the records again; call it after a command that changed them. */
  reload(): Promise<void>
  /** Hears when a reload found something new. @returns what ends it */
  onChange(listener: () => void): () => void
}

/**
 * Keys of the records of attributes.json: `attribute.<name>` and `crm.<name>` hold a declaration,
 * `mapping.<name>` the path of a CRM field as JSON text.
 */
export const declarationKey = {
  attribute: (name: string): string => `attribute.${name}`,
  crm: (name: string): string => `crm.${name}`,
  mapping: (name: string): string => `mapping.${name}`,
} as const

interface InstallationDeps {
  readonly log: Logger
  /** The connector `default` exists when there is a CRM. */
  readonly crmUrl: string | undefined
  readonly reportZone: string
}

interface Deps extends InstallationDeps {
  readonly db: Db
  /** Opens secrets of assistants. */
  readonly box: SecretBox
}

/** A record; `doc` is JSON text. */
export interface InstallationRow {
  readonly kind: string
  readonly key: string
  readonly doc: string
}

/** A record that does not fit its schema any more is left out and named in the log; the rest stands. */
function parsed<T>(
  rows: readonly InstallationRow[],
  schema: z.ZodType<T>,
  log: Logger,
): [string, T][] {
  return rows.flatMap(({ kind, key, doc }): [string, T][] => {
    const result = schema.safeParse(JSON.parse(doc))
    if (result.success) return [[key, result.data]]
    log.warn({ kind, key, issues: result.error.issues.length }, 'record left out: it is not valid')
    return []
  })
}

const after = (prefix: string, rows: readonly InstallationRow[]): InstallationRow[] =>
  rows
    .filter(({ key }) => key.startsWith(prefix))
    .map((row) => ({ ...row, key: row.key.slice(prefix.length) }))

/** An installation from its records, as the table `records` and the seed files hold them. */
export function installationOf(
  rows: readonly InstallationRow[],
  deps: InstallationDeps,
): Installation {
  const of = (kind: string) => rows.filter((row) => row.kind === kind)
  const all = <T>(kind: string, schema: z.ZodType<T>) =>
    parsed(of(kind), schema, deps.log).map(([, value]) => value)
  const declared = of('attributes')
  const declarations = (prefix: string): Declaration[] =>
    parsed(after(prefix, declared), declarationSchema, deps.log).map(([, value]) => value)
  const calendars: Record<string, Calendar> = Object.fromEntries(
    parsed(of('calendar'), calendarSchema, deps.log),
  )
  return {
    calendars,
    agents: all('agent', agentSchema),
    lines: all('line', lineSchema),
    assistants: all('assistant', assistantSchema),
    declared: {
      attributes: declarations(declarationKey.attribute('')),
      crm: declarations(declarationKey.crm('')),
      mapping: Object.fromEntries(
        parsed(after(declarationKey.mapping(''), declared), z.string().min(1), deps.log),
      ),
    },
    connectors: deps.crmUrl === undefined ? [] : ['default'],
    reportZone: deps.reportZone,
  }
}

/** An assistant whose secret cannot be opened any more is left without one. */
function opened(row: InstallationRow, { box, log }: Deps): InstallationRow {
  if (row.kind !== 'assistant') return row
  try {
    return { ...row, doc: openSecret(row.doc, box) }
  } catch {
    log.error({ assistant: row.key }, 'its secret was sealed with another key: set it again')
    // a document with a secret is an object
    const { secret: _, ...rest } = JSON.parse(row.doc) as { secret: string }
    return { ...row, doc: JSON.stringify(rest) }
  }
}

/** Reads the records and holds them. */
export async function openInstallation(deps: Deps): Promise<InstallationStore> {
  const listeners = new Set<() => void>()
  const read = async () => (await readRows()).map((row) => opened(row, deps))
  const readRows = () =>
    deps.db
      .selectFrom('records')
      .select(['kind', 'key', 'doc'])
      .orderBy('kind')
      .orderBy('key')
      .execute()
  let rows = await read()
  let installation = installationOf(rows, deps)

  return {
    current: () => installation,
    reload: async () => {
      const now = await read()
      if (JSON.stringify(now) === JSON.stringify(rows)) return
      rows = now
      installation = installationOf(rows, deps)
      for (const listener of listeners) listener()
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
