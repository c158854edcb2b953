import type { Config } from '../../config.ts'
import type { World } from '../../policy/simulate.ts'
import { Failure } from '../failure.ts'
import type { CheckedPolicy } from '../policies.ts'
import { check, chosenPolicies, claimsOf, hasErrors, readPolicyText } from '../policies.ts'
import { shownPath } from '../files.ts'
import type { Check } from '../../doctor/check.ts'
import { findings } from '../../doctor/check.ts'

const { ok, problem } = findings('policies')

async function checkedPolicies(dir: string, world: World): Promise<CheckedPolicy[]> {
  const checked: CheckedPolicy[] = []
  for (const id of await chosenPolicies(dir, []))
    checked.push(
      check(await readPolicyText(dir, id), {
        installation: world.installation,
        at: Date.now(),
        otherClaims: await claimsOf(dir, (other) => other < id),
        exhaustiveLimit: 0,
      }),
    )
  return checked
}

function errorCheck({ id, problems }: CheckedPolicy): Check[] {
  const errors = problems.filter(({ severity }) => severity === 'error')
  const first = errors[0]
  if (!first) return []
  return [
    problem('policy', {
      message: `The policy ${id} has ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}: ${first.message}`,
      mend: `callgate validate ${id} says where; the server keeps its last good release.`,
    }),
  ]
}

/** Is every policy valid, and every number somebody's? */
export async function checkPolicies(config: Config, world: World): Promise<Check[]> {
  const { policiesDir: dir } = config
  let policies: CheckedPolicy[]
  try {
    policies = await checkedPolicies(dir, world)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return [
      problem('policies', { message: error.message, mend: 'Set POLICIES_DIR to the folder.' }),
    ]
  }
  const broken = policies.flatMap(errorCheck)
  const valid = policies.length - broken.length
  const claimed = new Set(policies.flatMap(({ policy }) => policy?.numbers ?? []))
  const isUnclear = policies.some(({ policy, problems }) => !policy && hasErrors(problems))
  const free = claimed.has('*') || isUnclear ? [] : world.installation.lines
  return [
    ...broken,
    ...(broken.length === 0
      ? [ok('policies', `${valid} policies in ${shownPath(dir)} are valid.`)]
      : []),
    ...free
      .filter(({ id }) => !claimed.has(id))
      .map(({ id }) =>
        problem('unclaimed_number', {
          message: `No policy answers for the number ${id}: its callers get the built-in message.`,
          mend: `Add "${id}" to "numbers" of a policy, or "*" to one that takes the rest.`,
        }),
      ),
  ]
}
