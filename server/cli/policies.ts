import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { didYouMean } from '../policy/validate/suggest.ts'
import type { ValidateContext } from '../policy/validate/validate.ts'
import { validate } from '../policy/validate/validate.ts'
import { locate, readPolicy } from '../policy/validate/read.ts'
import { listPolicies, policyFile } from '../releases/folder.ts'
import type { Policy } from '../schema/policy.ts'
import type { Problem } from '../schema/problem.ts'
import { wrongUse } from './failure.ts'
import { readText, shownPath } from './files.ts'

/** A policy's file, as it was read. */
export interface PolicyText {
  readonly id: string
  /** As it is shown: from the working directory. */
  readonly file: string
  readonly text: string
}

/** A policy that was read and checked. */
export interface CheckedPolicy extends PolicyText {
  /** There when its shape is right. */
  readonly policy: Policy | undefined
  readonly problems: readonly Problem[]
}

async function requireFolder(dir: string): Promise<void> {
  const found = await stat(dir).catch(() => undefined)
  if (!found) throw wrongUse(`POLICIES_DIR: there is no folder ${shownPath(dir)}.`)
  if (!found.isDirectory()) throw wrongUse(`POLICIES_DIR: ${shownPath(dir)} is no folder.`)
}

/**
 * Ids of the policies of a folder, or those of them that are named.
 * @throws Failure for a folder that is not there, and for a policy that is not in it
 */
export async function chosenPolicies(dir: string, named: readonly string[]): Promise<string[]> {
  await requireFolder(dir)
  const ids = await listPolicies(dir)
  for (const name of named)
    if (!ids.includes(name))
      throw wrongUse(
        `There is no policy "${name}" in ${shownPath(dir)}. ` +
          (didYouMean(name, ids) || `There are: ${ids.join(', ') || 'none'}.`).trim(),
      )
  return named.length === 0 ? ids : [...new Set(named)]
}

export async function readPolicyText(dir: string, id: string): Promise<PolicyText> {
  const path = join(dir, policyFile(id))
  return { id, file: shownPath(path), text: await readText(path) }
}

/** A policy's file that lies anywhere; its id is its name. */
export async function readPolicyFileAt(path: string): Promise<PolicyText> {
  return { id: basename(path, '.json'), file: shownPath(path), text: await readText(path) }
}

/** Reads and checks a policy; every problem has its place in the file. */
export function check({ id, file, text }: PolicyText, context: ValidateContext): CheckedPolicy {
  const { policy, problems } = readPolicy(text, { id, file })
  if (!policy || hasErrors(problems)) return { id, file, text, policy, problems }
  const found = locate(validate(policy, context), text, file)
  return { id, file, text, policy, problems: [...problems, ...found] }
}

/** Which policy of the folder claims a number first, in the order of their names. */
export async function claimsOf(
  dir: string,
  before: (id: string) => boolean,
): Promise<Map<string, string>> {
  const claims = new Map<string, string>()
  for (const id of (await listPolicies(dir)).filter(before)) {
    const { text } = await readPolicyText(dir, id)
    const { policy } = readPolicy(text, { id })
    for (const number of policy?.numbers ?? []) if (!claims.has(number)) claims.set(number, id)
  }
  return claims
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error')
}
