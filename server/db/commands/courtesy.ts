import type { SuppressionReason } from '../../schema/action.ts'
import type { Db } from '../open.ts'
import { prepare } from '../prepared.ts'

/** At most one follow-up in any `gapMinutes` and `dailyCap` in any 24 hours, per person. */
export interface CourtesyLimits {
  gapMinutes: number
  dailyCap: number
}

export interface CourtesyInput {
  personId: number | null
  now: number
  important: boolean
  optedOut: boolean
  limits: CourtesyLimits
}

const dayMs = 24 * 60 * 60_000

interface SentInputs {
  readonly person: number
  readonly since: string
  readonly most: number
}

const sentTo = prepare((db, sent: SentInputs) =>
  db
    .selectFrom('actions')
    .select(['id', 'created_at'])
    .where('person_id', '=', sent.person)
    .where('type', '=', 'message')
    .where('created_at', '>', sent.since)
    .where('state', 'not in', ['suppressed', 'failed', 'expired'])
    .orderBy('created_at', 'desc')
    .limit(sent.most),
)

/**
 * Whether a follow-up may be sent; asked in the transaction that reserves it, so that two calls at
 * once cannot both pass. `sent_recently` names the message that was sent.
 */
export async function suppression(
  trx: Db,
  input: CourtesyInput,
): Promise<{ reason: SuppressionReason; parentId: number | null } | undefined> {
  if (input.optedOut) return { reason: 'opted_out', parentId: null }
  if (input.important || input.personId === null) return undefined
  const since = (ms: number): string => new Date(input.now - ms).toISOString()
  const sent = await sentTo.all(trx, {
    person: input.personId,
    since: since(dayMs),
    most: Math.max(1, input.limits.dailyCap),
  })
  const latest = sent[0]
  if (latest && latest.created_at > since(input.limits.gapMinutes * 60_000))
    return { reason: 'sent_recently', parentId: latest.id }
  if (sent.length >= input.limits.dailyCap)
    return { reason: 'daily_cap', parentId: latest?.id ?? null }
  return undefined
}
