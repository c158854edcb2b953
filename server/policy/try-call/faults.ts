import type { Case } from '../../schema/cases.ts'
import type { Installation } from '../../schema/installation.ts'
import type { AgentStatus } from '../../schema/seeds.ts'
import type { CompiledPolicy } from '../compile.ts'

/** What a CRM says of a caller: knows them, does not, says nothing, or there is none. */
export const crmAnswers = ['found', 'missing', 'silent', 'none'] as const
export type CrmAnswer = (typeof crmAnswers)[number]

/** What is broken on purpose, or set, around a call that is tried out. What is absent is as the call has it. */
export interface Faults {
  readonly crm?: CrmAnswer | undefined
  /** Milliseconds after the ring at which the CRM answers. */
  readonly crmMs?: number | undefined
  /** No calendar can be read. */
  readonly noCalendars?: boolean | undefined
  /** What all agents are. */
  readonly agents?: AgentStatus | undefined
  /** Calls that every counter has counted, this one included. */
  readonly calls?: number | undefined
}

export type Stated = NonNullable<Case['facts']>

/** Whether the CRM says nothing before its deadline. */
export function isCrmLate(compiled: CompiledPolicy, { crm, crmMs }: Faults): boolean {
  if (crm === 'none') return false
  return crm === 'silent' || (crmMs !== undefined && crmMs > compiled.crmDeadlineMs)
}

function statedAs(
  fact: string,
  faults: Faults,
  { isLate, installation }: { isLate: boolean; installation: Installation },
): Stated[string] | undefined {
  const { crm, noCalendars, agents, calls } = faults
  if (fact.startsWith('crm.')) {
    if (isLate) return 'unknown'
    return fact === 'crm.found' && (crm === 'found' || crm === 'missing')
      ? crm === 'found'
      : undefined
  }
  if (fact.startsWith('hours.')) return noCalendars === true ? 'unknown' : undefined
  if (fact.startsWith('velocity.')) return calls
  if (agents === undefined) return undefined
  if (/^agents?\..+\.status$/.test(fact)) return agents
  const team = /^agents\.(.+)\.available$/.exec(fact)?.[1]
  if (team === undefined) return undefined
  const members = installation.agents.filter(({ teams }) => teams.includes(team))
  return agents === 'available' ? members.length : 0
}

/** The facts that faults make, as a case states them: a case with them is decided the same everywhere. */
export function factsOfFaults(
  compiled: CompiledPolicy,
  faults: Faults,
  installation: Installation,
): Stated {
  const isLate = isCrmLate(compiled, faults)
  return Object.fromEntries(
    compiled.facts.flatMap((fact) => {
      const stated = statedAs(fact, faults, { isLate, installation })
      return stated === undefined ? [] : [[fact, stated] as const]
    }),
  )
}
