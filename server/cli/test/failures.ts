import type { CaseActual } from '../../policy/cases.ts'
import type { Case } from '../../schema/cases.ts'
import type { Problem } from '../../schema/problem.ts'
import type { PolicyRun, TestRun } from './run.ts'

/** A case that came out otherwise; or a policy with errors, which fails as a whole. */
export interface TestFailure {
  readonly policy: string
  /** Name of the case. */
  readonly name: string
  readonly expected: Case['expect'] | { readonly problems: readonly [] }
  readonly actual:
    CaseActual | { readonly path: readonly []; readonly problems: readonly Problem[] }
}

/** What stands as the name of the case where a whole policy failed. */
export const wholePolicy = '(whole policy)'

export function errorsOf({ problems }: PolicyRun): Problem[] {
  return problems.filter(({ severity }) => severity === 'error')
}

export function failuresOf(run: PolicyRun): TestFailure[] {
  const { policy } = run
  const problems = errorsOf(run)
  if (problems.length > 0)
    return [
      { policy, name: wholePolicy, expected: { problems: [] }, actual: { path: [], problems } },
    ]
  return run.cases
    .filter(({ passed }) => !passed)
    .map(({ name, expected, actual }) => ({ policy, name, expected, actual }))
}

function mutationsOf(policies: readonly PolicyRun[]) {
  const scored = policies.flatMap(({ policy, mutation }) =>
    mutation ? [[policy, mutation] as const] : [],
  )
  return scored.length > 0 ? { mutation: Object.fromEntries(scored) } : {}
}

/** `{ passed, failed, failures, coverage }` (contract, section 7). */
export function testReport({ policies }: TestRun) {
  const failures = policies.flatMap(failuresOf)
  return {
    passed: policies.flatMap(({ cases }) => cases.filter(({ passed }) => passed)).length,
    failed: failures.length,
    failures,
    coverage: Object.fromEntries(policies.map(({ policy, coverage }) => [policy, coverage])),
    ...mutationsOf(policies),
    warnings: policies.flatMap(({ problems }) =>
      problems.filter(({ severity }) => severity === 'warning'),
    ),
  }
}
