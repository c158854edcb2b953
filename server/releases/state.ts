import type { Db } from '../db/open.ts'
import type { CompiledPolicy } from '../policy/compile.ts'
import type { Policy } from '../schema/policy.ts'
import type { Guards } from '../schema/canary.ts'
import type { Problem } from '../schema/problem.ts'
import type { PolicyDocument } from './document.ts'

/** What answers calls of a line: one release, compiled. A call keeps the one it began with. */
export interface LiveRelease {
  readonly policyId: string
  /** `<sequence>-<hash12>`. */
  readonly release: string
  readonly policy: Policy
  readonly compiled: CompiledPolicy
  readonly numbers: readonly string[]
}

export type ReleaseSource = 'file' | 'api' | 'rollback' | 'canary'

/** A release as lists show it. */
export interface ReleaseInfo {
  readonly release: string
  readonly seq: number
  readonly hash: string
  readonly author: string
  readonly comment: string
  readonly source: ReleaseSource
  /** ISO. */
  readonly createdAt: string
}

export interface Live {
  readonly info: ReleaseInfo
  readonly document: PolicyDocument
  /** Undefined when a stored release cannot be run any more; its problems say why. */
  readonly running: LiveRelease | undefined
  readonly problems: readonly Problem[]
}

/** A release that answers a percentage of callers beside what is live. */
export interface RunningCanary {
  readonly id: number
  readonly percent: number
  readonly guards: Guards
  readonly control: string
  /** ISO; null for never. */
  readonly endsAt: string | null
  readonly info: ReleaseInfo
  readonly document: PolicyDocument
  readonly running: LiveRelease
  /** Whether it answers this caller; always the same answer. */
  readonly takes: (callerKey: string) => boolean
}

export interface StoredDraft {
  readonly document: PolicyDocument
  /** Release it was begun on; null where there was none. */
  readonly basedOn: string | null
  readonly by: string | null
  readonly at: string | null
}

/**
 * How the policy's file stands. `present`: it holds what is live. `broken`: it cannot be imported.
 * `newer`: it was edited while we were about to write it, and is about to be imported.
 */
export interface FileState {
  readonly state: 'absent' | 'present' | 'broken' | 'newer' | 'deleted' | 'unwritable'
  readonly problems: readonly Problem[]
  /** What a broken file holds, as far as it is JSON. */
  readonly document?: PolicyDocument
}

export const noFile: FileState = { state: 'absent', problems: [] }

/** Everything known of one policy. The tables are the truth; this is what was last read or written. */
export interface PolicyState {
  readonly id: string
  readonly live: Live | undefined
  readonly canary: RunningCanary | undefined
  readonly draft: StoredDraft | undefined
  /** Rises whenever the draft, or what it is equal to while there is none, changes. */
  readonly revision: number
  /** Hash of the bytes last written or imported. */
  readonly fileHash: string | null
  readonly file: FileState
}

export const newPolicy = (id: string): PolicyState => ({
  id,
  live: undefined,
  canary: undefined,
  draft: undefined,
  revision: 0,
  fileHash: null,
  file: noFile,
})

/** A policy as the tables hold it; the live release is not compiled yet. */
export interface StoredPolicy {
  readonly state: PolicyState
  readonly live: { readonly info: ReleaseInfo; readonly document: PolicyDocument } | undefined
}

// documents are written by this server only, as objects
const parseDocument = (text: string) => JSON.parse(text) as PolicyDocument

/** Reads one policy, or all, from the tables. */
export async function readPolicies(db: Db, id?: string): Promise<StoredPolicy[]> {
  const rows = await db
    .selectFrom('policies')
    .leftJoin('releases', (join) =>
      join.onRef('releases.policy_id', '=', 'policies.id').onRef('seq', '=', 'policies.live_seq'),
    )
    .select(['policies.id', 'draft', 'draft_revision', 'draft_based_on', 'draft_by', 'draft_at'])
    .select(['file_hash', 'releases.id as release', 'seq', 'hash', 'document'])
    .select(['author', 'comment', 'source', 'created_at'])
    .$if(id !== undefined, (query) => query.where('policies.id', '=', id ?? ''))
    .orderBy('policies.id')
    .execute()
  return rows.map((row) => ({
    state: {
      ...newPolicy(row.id),
      draft:
        row.draft === null
          ? undefined
          : {
              document: parseDocument(row.draft),
              basedOn: row.draft_based_on,
              by: row.draft_by,
              at: row.draft_at,
            },
      revision: row.draft_revision,
      fileHash: row.file_hash,
    },
    live:
      row.release === null || row.document === null
        ? undefined
        : {
            document: parseDocument(row.document),
            info: {
              release: row.release,
              seq: row.seq ?? 0,
              hash: row.hash ?? '',
              author: row.author ?? '',
              comment: row.comment ?? '',
              source: row.source ?? 'api',
              createdAt: row.created_at ?? '',
            },
          },
  }))
}
