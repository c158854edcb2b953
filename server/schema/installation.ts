import type { Calendar } from './calendar.ts'
import type { Agent, Assistant, Attributes, Line } from './seeds.ts'

/**
 * What an installation has besides its policies and contacts: what a policy may name, and what the
 * memory facts are made of. Small enough to be held whole; contacts and lists are looked up one by one.
 */
export interface Installation {
  readonly calendars: Readonly<Record<string, Calendar>>
  readonly agents: readonly Agent[]
  readonly lines: readonly Line[]
  readonly assistants: readonly Assistant[]
  readonly declared: Attributes
  /** Names of the CRM connectors that are configured; the one of `CRM_URL` is `default`. */
  readonly connectors: readonly string[]
  /** Zone in which times are rendered that have no calendar. */
  readonly reportZone: string
}

export const emptyInstallation: Installation = {
  calendars: {},
  agents: [],
  lines: [],
  assistants: [],
  declared: { attributes: [], crm: [], mapping: {} },
  connectors: [],
  reportZone: 'UTC',
}

/** A team exists because an agent names it. */
export function teamsOf(installation: Installation): ReadonlySet<string> {
  return new Set(installation.agents.flatMap((agent) => agent.teams))
}
