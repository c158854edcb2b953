import type { Case } from '../../schema/cases.ts'
import type { Decision } from '../../schema/decision.ts'
import type { FactSeen } from '../../schema/facts.ts'
import type { RenderedMessage } from '../../schema/message.ts'
import type { OutcomeKind } from '../../schema/policy.ts'
import type { World } from '../case-caller.ts'
import type { CompiledPolicy } from '../compile.ts'
import type { FactReader, Walked } from '../evaluate.ts'
import { fallbackWalk, walk } from '../evaluate.ts'
import type { FactLine } from '../fact-lines.ts'
import { factLines } from '../fact-lines.ts'
import { decideCase, followUpOf } from '../simulate.ts'
import type { WhyNot } from '../why-not/why-not.ts'
import { whyNot } from '../why-not/why-not.ts'
import type { Faults } from './faults.ts'
import { factsOfFaults } from './faults.ts'

/** A call that is thought out. */
export interface Trial {
  /** Without what is expected of it. */
  readonly case: Omit<Case, 'name' | 'expect'>
  /** Absent, all is as in a case: a CRM is not asked, and nothing takes time. */
  readonly faults?: Faults | undefined
}

/** What would become of a call; nothing was done. All of it plain data. */
export interface Tried {
  readonly at: string
  readonly outcome: OutcomeKind
  readonly node: string
  readonly path: Walked['path']
  readonly facts: Walked['facts']
  readonly unknown: readonly string[]
  readonly fallback: Decision['fallback']
  readonly effects: Walked['effects']
  readonly trace: Walked['trace']
  readonly message: RenderedMessage | null
  /** Milliseconds of waiting. */
  readonly ms: number
  readonly lines: readonly FactLine[]
  /** What every fact of the policy is in this call, asked for or not. */
  readonly read: Readonly<Record<string, FactSeen>>
  readonly whyNot: WhyNot
}

/** When each fact is there: those of the CRM after its time, or at the deadline when it is late or silent. */
function timed(read: FactReader, compiled: CompiledPolicy, { crm, crmMs }: Faults): FactReader {
  const deadline = compiled.crmDeadlineMs
  const isWaitedOut = crm === 'silent' || crmMs > deadline
  return (name) => {
    const seen = read(name)
    const isAsked = name.startsWith('crm.') && crm !== 'none'
    return seen && isAsked ? { ...seen, ms: isWaitedOut ? deadline : crmMs } : seen
  }
}

/** A fact that is there only after the budget is not there when it is needed. */
const inTime =
  (read: FactReader, budgetMs: number): FactReader =>
  (name) => {
    const seen = read(name)
    return seen && seen.ms >= budgetMs ? undefined : seen
  }

function waited(walked: Walked, budgetMs: number): number {
  if (walked.fallback === 'budget_exhausted') return budgetMs
  return Math.max(0, ...Object.values(walked.facts).map(({ ms }) => ms))
}

/**
 * Tries a call out with the engine of live calls: where it would end, what it would wait for, and what would
 * have to be otherwise for another end. Pure: the case's `at` is the clock.
 */
export function tryCall(compiled: CompiledPolicy, trial: Trial, world: World): Tried {
  const { faults } = trial
  const facts = { ...(faults && factsOfFaults(compiled, faults)), ...trial.case.facts }
  const theCase: Case = {
    ...trial.case,
    facts,
    name: 'a call thought out',
    expect: { outcome: 'reject' },
  }
  const decided = decideCase(compiled, theCase, world)
  const { installation } = world
  const { budgetMs } = compiled.policy
  const told = faults ? timed(decided.read, compiled, faults) : decided.read
  const read = inTime(told, budgetMs)
  const result = walk(compiled, read)
  const walked =
    result.kind === 'walked' ? result : fallbackWalk(compiled, 'budget_exhausted', result.seen)
  const { caller } = decided
  const callRef = trial.case.call?.id ?? 'case'
  const all = compiled.facts.flatMap((name) => {
    const seen = told(name)
    return seen ? [[name, seen] as const] : []
  })
  return {
    at: theCase.at,
    outcome: walked.outcome.kind,
    node: walked.node,
    path: walked.path,
    facts: walked.facts,
    unknown: walked.unknown,
    fallback: walked.fallback,
    effects: walked.effects,
    trace: walked.trace,
    message: followUpOf(walked, { read: told, caller, callRef, installation }) ?? null,
    ms: waited(walked, budgetMs),
    lines: factLines(compiled, walked.facts),
    read: Object.fromEntries(all),
    whyNot: whyNot({
      compiled,
      read,
      at: Date.parse(theCase.at),
      installation,
      contact: caller.contact,
    }),
  }
}
