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
import type { Faults, Stated } from './faults.ts'
import { factsOfFaults, isCrmLate } from './faults.ts'

/** A call that is thought out: as a case has it, then with its faults, then with what is set by hand. */
export interface Trial {
  /** Without what is expected of it. */
  readonly case: Omit<Case, 'name' | 'expect'>
  readonly faults?: Faults | undefined
  readonly facts?: Stated | undefined
  /** Milliseconds at which facts of a real call were there. */
  readonly took?: Readonly<Record<string, number>> | undefined
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
function timed(read: FactReader, compiled: CompiledPolicy, trial: Trial): FactReader {
  const { faults = {}, took = {} } = trial
  const isLate = isCrmLate(compiled, faults)
  const ownMs = (name: string): number => (Object.hasOwn(took, name) ? (took[name] ?? 0) : 0)
  return (name) => {
    const seen = read(name)
    if (!seen) return undefined
    const isMissing = 'unknown' in seen && seen.unknown === 'not_configured'
    if (!name.startsWith('crm.') || isMissing) return { ...seen, ms: ownMs(name) }
    return { ...seen, ms: isLate ? compiled.crmDeadlineMs : (faults.crmMs ?? ownMs(name)) }
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
  const { installation } = world
  const facts = {
    ...trial.case.facts,
    ...factsOfFaults(compiled, trial.faults ?? {}, installation),
    ...trial.facts,
  }
  const theCase: Case = {
    ...trial.case,
    facts,
    name: 'a call thought out',
    expect: { outcome: 'reject' },
  }
  const decided = decideCase(compiled, theCase, world)
  const { budgetMs } = compiled.policy
  const told = timed(decided.read, compiled, trial)
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
