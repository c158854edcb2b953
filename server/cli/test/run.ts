import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../../config.ts'
import { strayFacts } from '../../policy/case-caller.ts'
import type { CaseActual } from '../../policy/cases.ts'
import { compareCase, coverage } from '../../policy/cases.ts'
import { compile } from '../../policy/compile.ts'
import type { MutationScore } from '../../policy/mutants/score.ts'
import { mutationScore } from '../../policy/mutants/score.ts'
import { explain } from '../../policy/explain/explain.ts'
import { english } from '../../policy/say/words.ts'
import type { World } from '../../policy/simulate.ts'
import { decideCase } from '../../policy/simulate.ts'
import { locate, readCases } from '../../policy/validate/read.ts'
import type { Case } from '../../schema/cases.ts'
import type { PathStep } from '../../schema/decision.ts'
import type { Policy } from '../../schema/policy.ts'
import type { Problem } from '../../schema/problem.ts'
import { readSeedWorld } from '../../seeds/world.ts'
import type { SeedProblem } from '../../seeds/file.ts'
import type { CheckedPolicy } from '../policies.ts'
import { check, chosenPolicies, claimsOf, hasErrors, readPolicyText } from '../policies.ts'
import { readText, shownPath } from '../files.ts'

/** One case that was decided. */
export interface DecidedCase {
  readonly name: string
  /** `file:line:column` of the case. */
  readonly place: string
  readonly passed: boolean
  readonly expected: Case['expect']
  readonly actual: CaseActual
  /** Every node passed and the exit taken. */
  readonly steps: readonly PathStep[]
  readonly differences: readonly string[]
  /** Why it was decided so, in one sentence. */
  readonly why: string
}

/** What a policy's cases came to. With errors in it none of them was decided. */
export interface PolicyRun {
  readonly policy: string
  readonly file: string
  /** Errors of the policy or of its cases' file, and warnings; the latter change nothing. */
  readonly problems: readonly Problem[]
  readonly cases: readonly DecidedCase[]
  readonly coverage: {
    readonly exits: number
    readonly reached: number
    readonly unreached: readonly { readonly node: string; readonly exit: string }[]
  }
  /** Where it was asked for. */
  readonly mutation?: MutationScore
}

export interface TestRun {
  readonly policies: readonly PolicyRun[]
  readonly seedProblems: readonly SeedProblem[]
}

const notCovered: PolicyRun['coverage'] = { exits: 0, reached: 0, unreached: [] }

interface CasesFile {
  readonly file: string
  readonly text: string
  readonly cases: readonly Case[]
  readonly problems: readonly Problem[]
}

/** @returns no cases where there is no file */
async function readCasesFile(dir: string, id: string): Promise<CasesFile> {
  const path = join(dir, `${id}.cases.json`)
  const file = shownPath(path)
  if (!existsSync(path)) return { file, text: '', cases: [], problems: [] }
  const text = await readText(path)
  const { cases = [], problems } = readCases(text, { file })
  return { file, text, cases, problems }
}

/** A fact that does not exist can be stated, and changes nothing: a typing error. */
function strayProblems(
  { cases, text, file }: CasesFile,
  { installation }: World,
): readonly Problem[] {
  const found = cases.flatMap((theCase, index) =>
    strayFacts(theCase, installation).map((name): Problem => {
      const isOfFacts = theCase.facts !== undefined && Object.hasOwn(theCase.facts, name)
      return {
        severity: 'warning',
        code: 'unknown_fact',
        path: [index, ...(isOfFacts ? ['facts', name] : ['caller'])],
        message: `The case "${theCase.name}" states "${name}", which is no fact here.`,
        hint: 'Correct its name; as it stands it changes nothing.',
      }
    }),
  )
  return locate(found, text, file)
}

function placeOf({ text, file }: CasesFile, index: number): string {
  const probe: Problem = {
    severity: 'error',
    code: 'invalid_shape',
    path: [index],
    message: '',
    hint: '',
  }
  const [found] = locate([probe], text, file)
  return `${file}:${found?.line ?? 1}:${found?.column ?? 1}`
}

function decideAll(policy: Policy, file: CasesFile, world: World) {
  const compiled = compile(policy, world.installation)
  const decided = file.cases.map((theCase, index) => {
    const { walked, message } = decideCase(compiled, theCase, world)
    const { passed, actual, differences } = compareCase(theCase, walked, message?.text)
    const found: DecidedCase = {
      name: theCase.name,
      place: passed ? '' : placeOf(file, index),
      passed,
      expected: theCase.expect,
      actual,
      steps: walked.path,
      differences,
      why: explain({ ...walked, outcome: walked.outcome.kind }, { words: english, policy }),
    }
    return { found, walked }
  })
  const { exits, unreached } = coverage(
    policy,
    decided.map(({ walked }) => walked),
  )
  return {
    cases: decided.map(({ found }) => found),
    coverage: { exits: exits.length, reached: exits.length - unreached.length, unreached },
  }
}

/** Cases are decided whatever the policy's numbers: that another one claims them is only mentioned. */
function asWarnings({ problems }: CheckedPolicy): Problem[] {
  return problems.map((problem) =>
    problem.code === 'number_claimed' ? { ...problem, severity: 'warning' as const } : problem,
  )
}

interface Runner {
  readonly config: Config
  readonly world: World
  readonly withMutants: boolean
}

async function runPolicy(id: string, { config, world, withMutants }: Runner): Promise<PolicyRun> {
  const { policiesDir: dir } = config
  const checked = check(await readPolicyText(dir, id), {
    installation: world.installation,
    at: Date.now(),
    otherClaims: await claimsOf(dir, (other) => other < id),
    exhaustiveLimit: 0,
  })
  const file = await readCasesFile(dir, id)
  const problems = [...asWarnings(checked), ...file.problems]
  const run = { policy: id, file: checked.file, problems, cases: [], coverage: notCovered }
  if (!checked.policy || hasErrors(problems)) return run
  const { policy } = checked
  return {
    ...run,
    problems: [...problems, ...strayProblems(file, world)],
    ...decideAll(policy, file, world),
    ...(withMutants ? { mutation: mutationScore(policy, file.cases, world) } : {}),
  }
}

/** Cases without their policy test nothing, which nobody would notice. */
async function orphans(dir: string, ids: readonly string[]): Promise<PolicyRun[]> {
  const names = await readdir(dir)
  return names
    .filter((name) => name.endsWith('.cases.json') && !name.startsWith('.'))
    .map((name) => name.slice(0, -'.cases.json'.length))
    .filter((id) => !ids.includes(id))
    .map((id) => {
      const file = shownPath(join(dir, `${id}.cases.json`))
      const problem: Problem = {
        severity: 'error',
        code: 'id_mismatch',
        path: [],
        file,
        line: 1,
        column: 1,
        message: `There is no policy ${id}.json for these cases.`,
        hint: 'Name the file after its policy, or remove it.',
      }
      return { policy: id, file, problems: [problem], cases: [], coverage: notCovered }
    })
}

/**
 * Decides the cases of policies (contract, section 1, "Cases"), all policies when none is named; with
 * `withMutants` also against every policy's mutants.
 * @throws Failure for a folder or policy that is not there
 */
export async function runTests(
  named: readonly string[],
  config: Config,
  { withMutants = false } = {},
): Promise<TestRun> {
  const { policiesDir, seedsDir: dir, reportZone } = config
  const ids = await chosenPolicies(policiesDir, named)
  const { world, problems } = await readSeedWorld({ dir, crmUrl: config.crm.url, reportZone })
  const policies: PolicyRun[] = []
  const runner = { config, world, withMutants }
  for (const id of ids) policies.push(await runPolicy(id, runner))
  if (named.length === 0) policies.push(...(await orphans(policiesDir, ids)))
  return { policies, seedProblems: problems }
}
