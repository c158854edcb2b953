import type { Contact } from '../../schema/seeds.ts'
import type { Db } from '../open.ts'
import type { RecordsTable } from '../tables.ts'
import { importCommands } from './import.ts'
import { refreshLead, refreshLeadsOf } from './leads.ts'
import { resolvePerson } from './people.ts'
import type { Fate } from './seed-rows.ts'
import { contactRow, contactsWith, fateOf } from './seed-rows.ts'

/**
 * What became of the records of a seed file. `kept`: the seed record changed, but the row was edited in
 * the app. `clashes`: positions in the batch whose phone and user id belong to two contacts.
 */
export interface SeedResult {
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
  readonly kept: number
  readonly clashes: readonly number[]
}

interface Batch<T> {
  readonly records: readonly T[]
  /** ISO. */
  readonly at: string
  /** Overwrite also what was edited in the app. */
  readonly replace: boolean
}

export interface SeedContact {
  readonly contact: Contact
  readonly hash: string
}

export interface SeedRecord {
  readonly kind: RecordsTable['kind']
  readonly key: string
  /** JSON text. */
  readonly doc: string
  readonly hash: string
}

export interface SeedListEntry {
  readonly list: 'blocked' | 'allowed'
  readonly entry: string
  readonly hash: string
}

function result(fates: readonly Fate[], clashes: readonly number[] = []): SeedResult {
  const count = (fate: Fate) => fates.filter((one) => one === fate).length
  return {
    inserted: count('inserted'),
    updated: count('updated'),
    unchanged: count('unchanged'),
    kept: count('kept'),
    clashes,
  }
}

async function seedContacts(trx: Db, batch: Batch<SeedContact>): Promise<SeedResult> {
  const { records, at, replace } = batch
  const contacts = records.map(({ contact }) => contact)
  const byPhone = await contactsWith(
    trx,
    'phone',
    contacts.map(({ phone }) => phone),
  )
  const byUser = await contactsWith(
    trx,
    'user_id',
    contacts.map(({ userId }) => userId),
  )
  const fates: Fate[] = []
  const clashes: number[] = []
  const fresh: ReturnType<typeof contactRow>[] = []
  const changed: ReturnType<typeof contactRow>[] = []
  for (const [index, record] of records.entries()) {
    const { phone, userId } = record.contact
    const phoneRow = phone === undefined ? undefined : byPhone.get(phone)
    const userRow = userId === undefined ? undefined : byUser.get(userId)
    if (phoneRow && userRow && phoneRow.id !== userRow.id) {
      clashes.push(index)
      continue
    }
    const row = phoneRow ?? userRow
    const fate = fateOf(row, record.hash, replace)
    fates.push(fate)
    if (!row) fresh.push(contactRow(record, at))
    else if (fate === 'updated') {
      const values = contactRow(record, at)
      changed.push(values)
      await trx.updateTable('contacts').set(values).where('id', '=', row.id).execute()
    }
  }
  if (fresh.length > 0) await trx.insertInto('contacts').values(fresh).execute()
  await refreshLeadsOf(trx, [...fresh, ...changed])
  return result(fates, clashes)
}

async function seedRecords(trx: Db, batch: Batch<SeedRecord>): Promise<SeedResult> {
  const fates: Fate[] = []
  for (const { kind, key, doc, hash } of batch.records) {
    const row = await trx
      .selectFrom('records')
      .select(['seed_hash', 'edited_at'])
      .where('kind', '=', kind)
      .where('key', '=', key)
      .executeTakeFirst()
    const fate = fateOf(row, hash, batch.replace)
    fates.push(fate)
    if (fate === 'unchanged' || fate === 'kept') continue
    const values = { doc, seed_hash: hash, edited_at: null, updated_at: batch.at }
    await trx
      .insertInto('records')
      .values({ kind, key, ...values })
      .onConflict((conflict) => conflict.columns(['kind', 'key']).doUpdateSet(values))
      .execute()
  }
  return result(fates)
}

async function seedLists(trx: Db, batch: Batch<SeedListEntry>): Promise<SeedResult> {
  const fates: Fate[] = []
  for (const { list, entry, hash } of batch.records) {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('list_entries')
      .values({ list, entry, seed_hash: hash, edited_at: null })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    fates.push(numInsertedOrUpdatedRows ? 'inserted' : 'unchanged')
  }
  return result(fates)
}

/** A call that is over, as the history shows it. Instants are ISO. */
export interface SeedCall {
  readonly ref: string
  readonly providerId: string
  readonly line: string
  readonly phone?: string | undefined
  readonly userId?: string | undefined
  readonly name?: string | undefined
  readonly at: string
  readonly endedAt: string
  readonly status: string
  readonly durationSeconds: number | null
  readonly policy: string | null
  readonly outcome: string | null
  readonly node: string | null
  /** Text of the follow-up that was sent. */
  readonly followUp?: string | undefined
  /** When the caller wrote. */
  readonly wroteAt?: string | undefined
  readonly leftVoicemail: boolean
}

async function seedFollowUp(trx: Db, call: SeedCall, ids: { callId: number; personId: number }) {
  if (call.followUp === undefined) return
  const to = { phone: call.phone, userId: call.userId }
  await trx
    .insertInto('actions')
    .values({
      key: `${call.providerId}:message`,
      call_id: ids.callId,
      person_id: ids.personId,
      channel: 'whatsapp',
      line: call.line,
      type: 'message',
      payload: JSON.stringify({ type: 'message', to, message: { text: call.followUp } }),
      state: 'done',
      attempts: 1,
      created_at: call.endedAt,
      due_at: call.endedAt,
      deadline_at: call.endedAt,
      claimed_at: call.endedAt,
      settled_at: call.endedAt,
      delivery: 'delivered',
      delivery_at: call.endedAt,
    })
    .execute()
}

async function seedMessage(
  trx: Db,
  call: SeedCall,
  message: { personId: number; at: string; type: string; voicemail: boolean },
) {
  await trx
    .insertInto('messages')
    .values({
      channel: 'whatsapp',
      provider_id: `${call.providerId}:${message.type}`,
      line: call.line,
      person_id: message.personId,
      at: message.at,
      arrived_at: message.at,
      type: message.type,
      voicemail_of: message.voicemail ? call.providerId : null,
    })
    .execute()
}

async function seedCall(trx: Db, call: SeedCall): Promise<void> {
  const { phone, userId, name } = call
  const personId = await resolvePerson(trx, { phone, userId, name }, call.at)
  const { id: callId } = await trx
    .insertInto('calls')
    .values({
      ref: call.ref,
      channel: 'whatsapp',
      provider_id: call.providerId,
      line: call.line,
      person_id: personId,
      phone: phone ?? null,
      user_id: userId ?? null,
      profile_name: name ?? null,
      direction: 'inbound',
      media: 'voice',
      status: call.status,
      offered_at: call.at,
      arrived_at: call.at,
      attempt_at: call.at,
      started_at: call.durationSeconds === null ? null : call.at,
      ended_at: call.endedAt,
      end_arrived_at: call.endedAt,
      duration_seconds: call.durationSeconds,
      end_status: call.durationSeconds === null ? null : 'COMPLETED',
      policy: call.policy,
      outcome: call.outcome,
      node: call.node,
      final_outcome: call.outcome,
      final_node: call.node,
      // a policy rejects without a message only where it was told to be silent
      no_lead: call.outcome === 'reject' && call.followUp === undefined ? 'silent' : null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  if (personId === null) return
  await seedFollowUp(trx, call, { callId, personId })
  if (call.leftVoicemail)
    await seedMessage(trx, call, { personId, at: call.endedAt, type: 'audio', voicemail: true })
  if (call.wroteAt !== undefined)
    await seedMessage(trx, call, { personId, at: call.wroteAt, type: 'text', voicemail: false })
  await refreshLead(trx, personId)
}

/** A history for an empty journal; all of it or nothing. @returns how many calls were written */
async function seedCalls(trx: Db, { calls }: { calls: readonly SeedCall[] }): Promise<number> {
  const anything =
    (await trx.selectFrom('calls').select('id').limit(1).executeTakeFirst()) ??
    (await trx.selectFrom('signals').select('id').limit(1).executeTakeFirst())
  if (anything) return 0
  for (const call of calls) await seedCall(trx, call)
  return calls.length
}

export const seedCommands = { seedContacts, seedRecords, seedLists, seedCalls, ...importCommands }
