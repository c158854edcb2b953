import type { Case } from '../../schema/cases.ts'
import type { AgentStatus } from '../../schema/seeds.ts'
import type { CompiledPolicy } from '../compile.ts'

/** What a CRM says of a caller: knows them, does not, says nothing, or there is none. */
export const crmAnswers = ['found', 'missing', 'silent', 'none'] as const
export type CrmAnswer = (typeof crmAnswers)[number]

/** What is broken on purpose, or set, around a call that is tried out. */
export interface Faults {
  readonly crm: CrmAnswer
  /** Milliseconds after the ring at which the CRM answers. */
  readonly crmMs: number
  /** No calendar can be read. */
  readonly noCalendars: boolean
  /** What all agents are; absent, what they are now. */
  readonly agents?: AgentStatus | undefined
  /** Calls that every counter has counted, this one included; absent, this call alone. */
  readonly calls?: number | undefined
}

export type Stated = NonNullable<Case['facts']>

function statedAs(
  fact: string,
  faults: Faults,
  { isLate }: { isLate: boolean },
): Stated[string] | undefined {
  const { crm, noCalendars, agents, calls } = faults
  if (fact.startsWith('crm.')) {
    if (crm === 'silent' || (isLate && crm !== 'none')) return 'unknown'
    return fact === 'crm.found' && crm !== 'none' ? crm === 'found' : undefined
  }
  if (fact.startsWith('hours.')) return noCalendars ? 'unknown' : undefined
  if (fact.startsWith('velocity.')) return calls
  if (agents === undefined) return undefined
  if (/^agents?\..+\.status$/.test(fact)) return agents
  return /^agents\..+\.available$/.test(fact) && agents !== 'available' ? 0 : undefined
}

/** The facts that faults make, as a case states them: a case with them is decided the same everywhere. */
export function factsOfFaults(compiled: CompiledPolicy, faults: Faults): Stated {
  const isLate = faults.crmMs > compiled.crmDeadlineMs
  return Object.fromEntries(
    compiled.facts.flatMap((fact) => {
      const stated = statedAs(fact, faults, { isLate })
      return stated === undefined ? [] : [[fact, stated] as const]
    }),
  )
}
