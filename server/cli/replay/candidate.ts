import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Config } from '../../config.ts'
import type { Db } from '../../db/open.ts'
import type { CompiledPolicy } from '../../policy/compile.ts'
import { compile } from '../../policy/compile.ts'
import { nearest } from '../../policy/validate/suggest.ts'
import { policyFile } from '../../releases/folder.ts'
import type { Installation } from '../../schema/installation.ts'
import { Failure, wrongUse } from '../failure.ts'
import type { PolicyText } from '../policies.ts'
import { check, readPolicyFileAt, readPolicyText } from '../policies.ts'
import { problemLines } from '../problem-lines.ts'
import { note, paintFor } from '../terminal.ts'

/** The policy that is to decide again. */
export interface Candidate {
  readonly id: string
  /** As people know it: a file, or a release. */
  readonly name: string
  readonly compiled: CompiledPolicy
}

interface Asked {
  /** A policy's id, or a file. */
  readonly policy: string
  readonly release?: string | undefined
}

const isFile = (policy: string): boolean => policy.endsWith('.json') || policy.includes('/')

async function releaseText(db: Db, { policy, release }: Asked): Promise<PolicyText> {
  const rows = await db
    .selectFrom('releases')
    .select(['id', 'seq'])
    .where('policy_id', '=', policy)
    .orderBy('seq', 'desc')
    .execute()
  const found =
    release === undefined
      ? rows[0]
      : rows.find(({ id, seq }) => id === release || String(seq) === release)
  if (!found) {
    const guess =
      release &&
      nearest(
        release,
        rows.map(({ id }) => id),
      )
    const known = guess
      ? `Did you mean ${guess}?`
      : `There are: ${
          rows
            .slice(0, 5)
            .map(({ id }) => id)
            .join(', ') || 'none'
        }.`
    throw wrongUse(`There is no release ${release ?? ''} of the policy "${policy}". ${known}`)
  }
  const { document } = await db
    .selectFrom('releases')
    .select('document')
    .where('policy_id', '=', policy)
    .where('seq', '=', found.seq)
    .executeTakeFirstOrThrow()
  return { id: policy, file: `release ${found.id}`, text: document }
}

async function textOf(db: Db, asked: Asked, { policiesDir }: Config): Promise<PolicyText> {
  const { policy, release } = asked
  if (isFile(policy)) {
    if (release !== undefined) throw wrongUse('--release needs the id of a policy, not a file.')
    return readPolicyFileAt(resolve(policy))
  }
  const isInFolder = existsSync(join(policiesDir, policyFile(policy)))
  return release === undefined && isInFolder
    ? readPolicyText(policiesDir, policy)
    : releaseText(db, asked)
}

/**
 * A file, a release, or for an id alone the policy's file as it stands (its newest release without one).
 * @throws Failure when there is none, or when it has errors
 */
export async function readCandidate(
  db: Db,
  asked: Asked,
  { config, installation }: { config: Config; installation: Installation },
): Promise<Candidate> {
  const text = await textOf(db, asked, config)
  const { policy, problems } = check(text, { installation, at: Date.now(), exhaustiveLimit: 0 })
  const errors = problems.filter(({ severity }) => severity === 'error')
  for (const error of errors)
    for (const line of problemLines(error, paintFor(process.stderr))) note(line)
  if (!policy || errors.length > 0)
    throw new Failure(1, `${text.file} has errors, so it cannot decide anything.`)
  return { id: policy.id, name: text.file, compiled: compile(policy, installation) }
}
