import type { Installation } from '../../schema/installation.ts'
import type { Policy } from '../../schema/policy.ts'
import type { Problem } from '../../schema/problem.ts'
import { configurationProblems } from './configured.ts'
import { cyclesOf, graphProblems, unreachableProblems } from './edges.ts'
import { sizeProblems } from './measure.ts'
import { textProblems } from './messages.ts'
import { missingProofs } from './missing-proof.ts'
import { nodeProblems } from './nodes.ts'
import { error } from './problems.ts'
import { reachProblems } from './reach.ts'
import { ringProblems } from './rings.ts'
import { budgetProblems } from './worst-case.ts'

export { worstCase } from './worst-case.ts'

export interface ValidateContext {
  readonly installation: Installation
  /** Epoch milliseconds; what calendars say about the next opening is judged from here. */
  readonly at: number
  /** Numbers that other live policies claim, with the policy's id. */
  readonly otherClaims?: ReadonlyMap<string, string>
  /** Evaluations spent on finding exits that no call takes; 50,000 when left out, 0 for none. */
  readonly exhaustiveLimit?: number
}

/** Combinations of boundary values that are tried (architecture, section 3). */
const usualLimit = 50_000

/** More are not listed: a document with as many is broken in one way, many times over. */
const mostProblems = 500

function claimProblems(policy: Policy, claims: ReadonlyMap<string, string> | undefined): Problem[] {
  return policy.numbers.flatMap((number, index) => {
    const other = claims?.get(number)
    if (other === undefined || other === policy.id) return []
    const what = number === '*' ? 'all other numbers ("*")' : `the number ${number}`
    return [
      error({
        code: 'number_claimed',
        path: ['numbers', index],
        message: `Calls to ${what} are already decided by the policy "${other}".`,
        hint: 'Take the number out of one of the two policies.',
      }),
    ]
  })
}

/** Missing exits with a call that would need them. */
function shownByCalls(
  problems: readonly Problem[],
  policy: Policy,
  { installation, exhaustiveLimit = usualLimit }: ValidateContext,
): readonly Problem[] {
  const isUnsound = problems.some(({ code }) => code !== 'missing_exit')
  if (problems.length === 0 || isUnsound) return problems
  const proofs = missingProofs(policy, installation, exhaustiveLimit)
  return problems.map((problem) => {
    const proof = proofs.get(`${problem.node}\n${problem.path.at(-1)}`)
    return proof ? { ...problem, proof } : problem
  })
}

function collect(policy: Policy, context: ValidateContext): Problem[] {
  const { installation, at, exhaustiveLimit = usualLimit } = context
  const tooLarge = sizeProblems(policy)
  if (tooLarge.length > 0) return tooLarge
  const isCyclic = cyclesOf(policy, 1).length > 0
  return [
    ...claimProblems(policy, context.otherClaims),
    ...shownByCalls(graphProblems(policy, installation), policy, context),
    ...nodeProblems(policy, installation),
    ...textProblems(policy, { installation, at }),
    ...(isCyclic ? [] : ringProblems(policy, installation)),
    ...unreachableProblems(policy),
    ...configurationProblems(policy, installation),
    ...(isCyclic ? [] : budgetProblems(policy, installation)),
    ...(isCyclic ? [] : reachProblems(policy, installation, exhaustiveLimit)),
  ]
}

/** What is said of a document whose shape nobody checked, so that validating it fails. */
function brokenProblem(cause: unknown): Problem {
  return error({
    code: 'invalid_shape',
    path: [],
    message: `The policy cannot be checked: ${cause instanceof Error ? cause.message : String(cause)}.`,
    hint: 'Compare it with a policy that works.',
  })
}

function sorted(problems: readonly Problem[], policy: Policy): Problem[] {
  const order = new Map(Object.keys(policy.nodes).map((id, index) => [id, index]))
  const place = ({ node }: Problem): number => (node === undefined ? -1 : (order.get(node) ?? -1))
  const weight = ({ severity }: Problem): number => (severity === 'error' ? 0 : 1)
  return problems.toSorted((a, b) => weight(a) - weight(b) || place(a) - place(b))
}

/**
 * Everything that is wrong with a policy in an installation (contract, section 1): errors first, then warnings,
 * each in the order of its nodes; at most 500. Never throws. Deterministic and bounded.
 * @example validate(policy, { installation, at: Date.parse('2026-11-20T09:00:00Z') })
 */
export function validate(policy: Policy, context: ValidateContext): Problem[] {
  try {
    return sorted(collect(policy, context), policy).slice(0, mostProblems)
  } catch (cause) {
    return [brokenProblem(cause)]
  }
}
