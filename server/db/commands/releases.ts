import type { Db } from '../open.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'
import { closeCanary } from './canary-end.ts'
import { insertFeed } from './feed.ts'
import type { FeedEvent } from './feed.ts'
import { tellWebhooks } from './webhook-events.ts'

interface DraftInput {
  readonly policyId: string
  /** JSON text; null goes back to the live release. */
  readonly draft: string | null
  readonly revision: number
  readonly basedOn: string | null
  readonly by: Auditor
  /** ISO. */
  readonly at: string
}

interface ReleaseInput {
  readonly policyId: string
  /** `<seq>-<hash12>`, given the sequence. */
  readonly hash: string
  /** JSON text. */
  readonly document: string
  readonly by: Auditor
  readonly comment: string
  readonly source: 'file' | 'api' | 'rollback'
  readonly at: string
  /** The draft was published, so it is no draft any more. */
  readonly clearDraft: boolean
  /** Revision of the draft afterwards. */
  readonly revision: number
  /** Hash of the file's bytes, where the release comes from the file. */
  readonly fileHash?: string
}

export interface Released {
  readonly seq: number
  readonly id: string
  readonly events: readonly FeedEvent[]
}

/** Of the next release of a policy. */
export async function nextSeq(trx: Db, policyId: string): Promise<number> {
  const row = await trx
    .selectFrom('releases')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .where('policy_id', '=', policyId)
    .executeTakeFirst()
  return (row?.seq ?? 0) + 1
}

/** Id of the live release of a policy; null without one. */
export async function liveRelease(trx: Db, policyId: string): Promise<string | null> {
  const row = await trx
    .selectFrom('policies')
    .innerJoin('releases', (join) =>
      join.onRef('releases.policy_id', '=', 'policies.id').onRef('releases.seq', '=', 'live_seq'),
    )
    .select('releases.id')
    .where('policies.id', '=', policyId)
    .executeTakeFirst()
  return row?.id ?? null
}

const operations = {
  file: 'importPolicyFile',
  api: 'publishPolicy',
  rollback: 'rollBackPolicy',
} as const

async function saveDraft(trx: Db, input: DraftInput): Promise<void> {
  const draft = {
    draft: input.draft,
    draft_revision: input.revision,
    draft_based_on: input.basedOn,
    draft_by: input.by.name,
    draft_at: input.at,
  }
  await trx
    .insertInto('policies')
    .values({ id: input.policyId, file_state: 'absent', ...draft })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(draft))
    .execute()
  await audit(trx, {
    at: input.at,
    by: input.by,
    operation: input.draft === null ? 'discardDraft' : 'saveDraft',
    subject: input.policyId,
    after: { revision: input.revision, basedOn: input.basedOn },
  })
}

/** Writes a release and makes it the live one; releases themselves are never changed. */
async function publishRelease(trx: Db, input: ReleaseInput): Promise<Released> {
  const { policyId } = input
  const seq = await nextSeq(trx, policyId)
  const before = await liveRelease(trx, policyId)
  const id = `${seq}-${input.hash.slice(0, 12)}`
  await trx
    .insertInto('releases')
    .values({
      policy_id: policyId,
      seq,
      id,
      hash: input.hash,
      document: input.document,
      author: input.by.name,
      comment: input.comment,
      source: input.source,
      created_at: input.at,
    })
    .execute()
  const live = {
    live_seq: seq,
    draft_revision: input.revision,
    ...(input.clearDraft ? { draft: null, draft_based_on: null } : {}),
    ...(input.fileHash === undefined ? {} : { file_hash: input.fileHash }),
  }
  await trx
    .insertInto('policies')
    .values({ id: policyId, file_state: 'absent', ...live })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(live))
    .execute()
  await audit(trx, {
    at: input.at,
    by: input.by,
    operation: operations[input.source],
    subject: policyId,
    before: before === null ? null : { release: before },
    after: { release: id, comment: input.comment },
  })
  const ended = await closeCanary(trx, {
    policyId,
    state: 'superseded',
    why: `Release ${id} became live, so there is nothing to compare with any more.`,
    by: input.by,
    at: input.at,
  })
  const events = await insertFeed(trx, [
    {
      type: 'policy.released',
      at: input.at,
      team: null,
      doc: { policy: policyId, release: id, source: input.source, author: input.by.name },
    },
  ])
  await tellWebhooks(trx, {
    type: 'policy.released',
    at: input.at,
    data: { policy: policyId, release: id, before, source: input.source, author: input.by.name },
  })
  return { seq, id, events: [...(ended?.events ?? []), ...events] }
}

interface LayoutInput {
  readonly policyId: string
  readonly seq: number
  readonly document: string
  readonly revision: number
  readonly fileHash: string
}

/** Where nodes stand is no part of a release: it is kept with the live one. */
async function saveLayout(trx: Db, input: LayoutInput): Promise<void> {
  await trx
    .updateTable('releases')
    .set({ document: input.document })
    .where('policy_id', '=', input.policyId)
    .where('seq', '=', input.seq)
    .execute()
  await trx
    .updateTable('policies')
    .set({ file_hash: input.fileHash, draft_revision: input.revision })
    .where('id', '=', input.policyId)
    .execute()
}

/** Remembers the bytes that are on disk, as written or imported. */
async function saveFileHash(
  trx: Db,
  { policyId, fileHash }: { policyId: string; fileHash: string },
): Promise<void> {
  await trx
    .updateTable('policies')
    .set({ file_hash: fileHash })
    .where('id', '=', policyId)
    .execute()
}

export const releaseCommands = { saveDraft, publishRelease, saveLayout, saveFileHash }
