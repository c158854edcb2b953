import type { Case } from '../../schema/cases.ts'
import type { Policy } from '../../schema/policy.ts'
import { compareCase } from '../cases.ts'
import { compile } from '../compile.ts'
import type { World } from '../simulate.ts'
import { decideCase } from '../simulate.ts'
import { isEquivalent } from './equivalent.ts'
import type { Mutant } from './mutant.ts'
import { mutantsOf } from './mutants.ts'

/** A fault that no case notices. */
export type Survivor = Omit<Mutant, 'policy'>

/** How well the cases of a policy would notice a slip of the hand in it. */
export interface MutationScore {
  /** Mutants that can be told from the policy: equivalent ones are not counted. */
  readonly mutants: number
  /** Those that some case notices. */
  readonly killed: number
  /** Mutants that no call can tell from the policy. */
  readonly equivalent: number
  /** Hundredths, rounded down; 100 where nothing can be wrong. */
  readonly score: number
  readonly survivors: readonly Survivor[]
}

export interface MutationProgress {
  readonly done: number
  readonly total: number
}

interface Witness {
  readonly theCase: Case
  /** Only a fault on its path can change what a case comes to. */
  readonly passed: ReadonlySet<string>
}

/** Cases that pass; one that fails already says nothing about a fault. */
function witnessesOf(policy: Policy, cases: readonly Case[], world: World): Witness[] {
  const compiled = compile(policy, world.installation)
  return cases.flatMap((theCase) => {
    const { walked, message } = decideCase(compiled, theCase, world)
    if (!compareCase(theCase, walked, message?.text).passed) return []
    return [{ theCase, passed: new Set(walked.path.map(({ node }) => node)) }]
  })
}

function isNoticed(mutant: Mutant, witnesses: readonly Witness[], world: World): boolean {
  const near = witnesses.filter(({ passed }) => passed.has(mutant.node))
  if (near.length === 0) return false
  const compiled = compile(mutant.policy, world.installation)
  return near.some(({ theCase }) => {
    const { walked, message } = decideCase(compiled, theCase, world)
    return !compareCase(theCase, walked, message?.text).passed
  })
}

/**
 * Runs the cases against every mutant of a policy that `validate` has passed, one a step, so that it can be
 * interrupted and shown.
 */
export function* mutationSteps(
  policy: Policy,
  cases: readonly Case[],
  world: World,
): Generator<MutationProgress, MutationScore> {
  const mutants = mutantsOf(policy, world.installation)
  const witnesses = witnessesOf(policy, cases, world)
  const survivors: Survivor[] = []
  let killed = 0
  let equivalent = 0
  for (const [done, mutant] of mutants.entries()) {
    yield { done, total: mutants.length }
    if (isNoticed(mutant, witnesses, world)) killed += 1
    else if (isEquivalent(policy, mutant, world.installation)) equivalent += 1
    else {
      const { policy: _policy, ...survivor } = mutant
      survivors.push(survivor)
    }
  }
  const counted = mutants.length - equivalent
  const score = counted === 0 ? 100 : Math.floor((100 * killed) / counted)
  return { mutants: counted, killed, equivalent, score, survivors }
}

/** The whole score at once. */
export function mutationScore(policy: Policy, cases: readonly Case[], world: World): MutationScore {
  const steps = mutationSteps(policy, cases, world)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}
