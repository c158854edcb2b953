import type { FactSeen } from '../schema/facts.ts'
import type { CompiledPolicy } from './compile.ts'

/** What became of a fact that a policy may ask for, in one decision. */
export interface FactLine {
  readonly fact: string
  /** Absent: the way did not come to a gate that asks for it. */
  readonly seen?: FactSeen
  /** Fetched over the network. */
  readonly isRemote: boolean
  /** Milliseconds after arrival for which it is waited for; 0 for one answered from memory. */
  readonly deadlineMs: number
}

/** Whether a fact was not there when the decision stopped waiting for it. */
export const isLate = ({ seen }: FactLine): boolean =>
  seen !== undefined && 'unknown' in seen && seen.unknown === 'timeout'

/** Every fact of a policy against one decision: those asked for in the order of asking, then the others. */
export function factLines(
  compiled: CompiledPolicy,
  facts: Readonly<Record<string, FactSeen>>,
): FactLine[] {
  const remote = new Set(compiled.remoteFacts)
  const line = (fact: string): FactLine => ({
    fact,
    isRemote: remote.has(fact),
    deadlineMs: compiled.deadlineOf(fact),
  })
  const asked = Object.entries(facts).map(([fact, seen]) => ({ ...line(fact), seen }))
  const others = compiled.facts.filter((fact) => !Object.hasOwn(facts, fact))
  return [...asked, ...others.map(line)]
}
