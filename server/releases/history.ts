import type { Db } from '../db/open.ts'
import { GatekeeperError } from '../errors.ts'
import type { PolicyDocument } from './document.ts'
import type { ReleaseInfo } from './state.ts'

const columns = ['id', 'seq', 'hash', 'author', 'comment', 'source', 'created_at'] as const

interface Row extends Omit<ReleaseInfo, 'release' | 'createdAt'> {
  readonly id: string
  readonly created_at: string
}

const toInfo = ({ id, created_at, seq, hash, author, comment, source }: Row): ReleaseInfo => ({
  release: id,
  seq,
  hash,
  author,
  comment,
  source,
  createdAt: created_at,
})

/** Releases of a policy, newest first. */
export async function readReleases(db: Db, policyId: string): Promise<ReleaseInfo[]> {
  const rows = await db
    .selectFrom('releases')
    .select(columns)
    .where('policy_id', '=', policyId)
    .orderBy('seq', 'desc')
    .execute()
  return rows.map(toInfo)
}

/** @throws GatekeeperError `not_found` */
export async function releaseDocument(
  db: Db,
  policyId: string,
  release: string,
): Promise<{ info: ReleaseInfo; document: PolicyDocument }> {
  const row = await db
    .selectFrom('releases')
    .select(columns)
    .select('document')
    .where('policy_id', '=', policyId)
    .where('id', '=', release)
    .executeTakeFirst()
  if (!row)
    throw new GatekeeperError('not_found', `the policy "${policyId}" has no release "${release}"`)
  // written by this server only, as an object
  return { info: toInfo(row), document: JSON.parse(row.document) as PolicyDocument }
}
