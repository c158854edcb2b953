import type { Db } from '../open.ts'

/** A verification, the call that fulfilled it, and how far its message and its webhook are. */
export async function findVerification(db: Db, { ref }: { ref: string }) {
  const row = await db
    .selectFrom('verifications')
    .leftJoin('calls', 'calls.id', 'verifications.call_id')
    .select(['verifications.ref', 'created_at', 'expires_at', 'fulfilled_at', 'expired_at'])
    .select('calls.ref as call_ref')
    .where('verifications.ref', '=', ref)
    .executeTakeFirst()
  if (!row) return undefined
  const actions = await db
    .selectFrom('actions')
    .select(['type', 'state', 'attempts', 'reason', 'error', 'delivery'])
    .where('key', 'in', [`${ref}:message`, `${ref}:message:template`, `msg_${ref}`])
    .orderBy('id', 'desc')
    .execute()
  return { ...row, actions }
}
