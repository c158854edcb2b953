import { worldFrom } from '../../../server/policy/case-world.ts'
import type { CaseActual, Coverage } from '../../../server/policy/cases.ts'
import { compareCase, coverage } from '../../../server/policy/cases.ts'
import { compile } from '../../../server/policy/compile.ts'
import type { World } from '../../../server/policy/simulate.ts'
import { decideCase } from '../../../server/policy/simulate.ts'
import type { CaseWorld } from '../../../server/schema/case-world.ts'
import type { Case } from '../../../server/schema/cases.ts'
import type { PathStep } from '../../../server/schema/decision.ts'
import type { Installation } from '../../../server/schema/installation.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import { policySchema } from '../../../server/schema/policy.ts'
import { edgeId } from '../document/canvas.ts'
import type { Marks } from '../workbench.ts'

/** What is decided: the document as it stands on screen, its cases, and who they are about. */
export interface CaseInput {
  readonly document: Policy
  readonly cases: readonly Case[]
  readonly told: CaseWorld
  readonly installation: Installation
}

/** What a case came to. */
export interface CaseOutcome {
  readonly passed: boolean
  readonly actual: CaseActual
  /** With the exits taken, to light it. */
  readonly path: readonly PathStep[]
}

export interface CaseRun {
  /** In the order of the cases. */
  readonly outcomes: readonly CaseOutcome[]
  readonly coverage: Coverage
}

export const worldOf = ({ told, installation }: CaseInput): World => worldFrom(told, installation)

/** Decides all cases. @throws Error on a document that cannot be walked */
export function runCases(input: CaseInput): CaseRun {
  const policy = policySchema.parse(input.document)
  const compiled = compile(policy, input.installation)
  const world = worldOf(input)
  const outcomes = input.cases.map((theCase): CaseOutcome => {
    const { walked, message } = decideCase(compiled, theCase, world)
    const { passed, actual } = compareCase(theCase, walked, message?.text)
    return { passed, actual, path: walked.path }
  })
  return {
    outcomes,
    coverage: coverage(
      policy,
      outcomes.map(({ path }) => ({ path: [...path] })),
    ),
  }
}

/** Where a failing case leaves the way it was to take; where it ended, if its way does not matter. */
function faultAt({ expect }: Case, { actual }: CaseOutcome): string | undefined {
  if (!expect.path) return actual.path.at(-1)
  const differs = actual.path.findIndex((node, index) => node !== expect.path?.[index])
  return differs > 0 ? actual.path[differs - 1] : actual.path.at(differs)
}

/** What the cases say of the drawing. */
export function marksOf(cases: readonly Case[], { outcomes, coverage: found }: CaseRun): Marks {
  const failing = new Map<string, number>()
  for (const [index, outcome] of outcomes.entries()) {
    const theCase = cases[index]
    const at = theCase && !outcome.passed ? faultAt(theCase, outcome) : undefined
    if (at !== undefined) failing.set(at, (failing.get(at) ?? 0) + 1)
  }
  return {
    failing,
    uncovered: new Set(found.unreached.map(({ node, exit }) => edgeId(node, exit))),
  }
}
