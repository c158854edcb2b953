import { sql } from 'kysely'
import { hideFacts } from '../../policy/hidden-facts.ts'
import { decisionSchema } from '../../schema/decision.ts'
import { idsOf } from '../queries/people.ts'
import type { Db } from '../open.ts'
import type { PersonRow } from '../tables.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'
import type { FeedEvent } from './feed.ts'
import { insertEvent } from './feed.ts'

export interface ErasePersonInput {
  readonly ref: string
  /** ISO. */
  readonly at: string
  readonly by: Auditor
}

export type ErasedPerson =
  | { readonly kind: 'not_found' }
  | { readonly kind: 'under_way' }
  | {
      readonly kind: 'erased'
      readonly counts: Readonly<Record<string, number>>
      /** What must not stand anywhere any more. */
      readonly phones: readonly string[]
      readonly userIds: readonly string[]
      readonly events: readonly FeedEvent[]
    }

/** Stands where something was. */
const erased = 'erased'
/** A call whose end was not heard of for this long is over. */
const dayMs = 24 * 60 * 60_000
const erasedDoc = JSON.stringify({ erased: true })
const withoutText = JSON.stringify({ text: '' })

const changed = (result: {
  numUpdatedRows?: bigint
  numDeletedRows?: bigint
  numAffectedRows?: bigint
}): number => Number(result.numUpdatedRows ?? result.numDeletedRows ?? result.numAffectedRows ?? 0)

/** What is under way could write the ids again. */
async function isUnderWay(trx: Db, personId: number, at: string): Promise<boolean> {
  const dayBefore = new Date(Date.parse(at) - dayMs).toISOString()
  const call = await trx
    .selectFrom('calls')
    .select('id')
    .where('person_id', '=', personId)
    .where('status', 'in', ['ringing', 'in_progress'])
    .where('ended_at', 'is', null)
    .where('arrived_at', '>', dayBefore)
    .limit(1)
    .executeTakeFirst()
  const action = await trx
    .selectFrom('actions')
    .select('id')
    .where('person_id', '=', personId)
    .where('state', 'in', ['pending', 'claimed'])
    .limit(1)
    .executeTakeFirst()
  return call !== undefined || action !== undefined
}

const personalFact = /^caller\.(key|phone|userId|name|attributes\..+)$|^crm\.(?!found$)|Payload$/

async function eraseDecisions(trx: Db, callIds: readonly number[]): Promise<number> {
  const rows = await trx
    .selectFrom('decisions')
    .select(['call_id', 'doc'])
    .where('call_id', 'in', callIds)
    .execute()
  for (const { call_id, doc } of rows) {
    const decision = decisionSchema.safeParse(JSON.parse(doc)).data
    const without =
      decision &&
      hideFacts(decision, {
        isHidden: (name) => personalFact.test(name),
        mask: () => erased,
        placeholder: erased,
      })
    await trx
      .updateTable('decisions')
      .set({ doc: without ? JSON.stringify(without) : erasedDoc })
      .where('call_id', '=', call_id)
      .execute()
  }
  return rows.length
}

/** Payloads as they arrived, of everything these signals came in; what else was in them goes too. */
async function eraseSignals(trx: Db, personId: number, providerIds: readonly string[]) {
  const rows = await trx
    .selectFrom('signals')
    .select(['id', 'delivery_id'])
    .where((eb) =>
      eb.or([
        eb('person_id', '=', personId),
        ...(providerIds.length === 0 ? [] : [eb('provider_id', 'in', providerIds)]),
      ]),
    )
    .execute()
  const deliveries = [...new Set(rows.flatMap((row) => row.delivery_id ?? []))]
  const gone = await trx
    .updateTable('deliveries')
    .set({ body: erasedDoc })
    .where('id', 'in', deliveries)
    .executeTakeFirst()
  await eraseSignalRows(
    trx,
    rows.map(({ id }) => id),
  )
  return { signals: rows.length, deliveries: changed(gone) }
}

async function eraseSignalRows(trx: Db, ids: readonly number[]): Promise<void> {
  const name = sql<string>`${`${erased}:`} || id`
  await trx
    .updateTable('signals')
    .set({ key: name, provider_id: name, doc: erasedDoc })
    .where('id', 'in', ids)
    .execute()
}

async function eraseActions(trx: Db, where: { personId: number; callIds: readonly number[] }) {
  const { personId, callIds } = where
  const payload = sql<string>`case type
    when 'message' then json_set(payload, '$.to', json('{}'), '$.message', json(${withoutText}))
    when 'notify' then json_set(payload, '$.text', '')
    when 'webhook' then payload
    else json_set(payload, '$.to', json('{}'), '$.callId', ${erased}) end`
  const result = await trx
    .updateTable('actions')
    .set({
      key: sql`${`${erased}:`} || id`,
      payload,
      provider_id: null,
      error: null,
    })
    .where((eb) => eb.or([eb('person_id', '=', personId), eb('call_id', 'in', callIds)]))
    .executeTakeFirst()
  return changed(result)
}

async function providerIdsOf(trx: Db, personId: number): Promise<string[]> {
  const all: string[] = []
  for (const table of ['calls', 'messages', 'actions'] as const) {
    const rows = await trx
      .selectFrom(table)
      .select('provider_id')
      .where('person_id', '=', personId)
      .execute()
    all.push(...rows.flatMap(({ provider_id }) => provider_id ?? []))
  }
  return all
}

async function eraseCalls(trx: Db, personId: number): Promise<number> {
  const result = await trx
    .updateTable('calls')
    .set({
      provider_id: sql<string>`${`${erased}:`} || ref`,
      phone: null,
      user_id: null,
      profile_name: null,
    })
    .where('person_id', '=', personId)
    .executeTakeFirst()
  return changed(result)
}

async function eraseMessages(trx: Db, personId: number): Promise<number> {
  const name = sql<string>`${`${erased}:`} || id`
  const result = await trx
    .updateTable('messages')
    .set({
      provider_id: name,
      text: null,
      voicemail_of: sql`iif(voicemail_of is null, null, ${erased})`,
      replies_to: null,
    })
    .where('person_id', '=', personId)
    .executeTakeFirst()
  return changed(result)
}

/** Texts of notices about this person's calls. */
async function eraseFeed(trx: Db, callIds: readonly number[]): Promise<number> {
  const result = await trx
    .updateTable('feed')
    .set({ doc: sql<string>`json_set(doc, '$.text', '')` })
    .where('type', '=', 'notify')
    .where(
      sql<string>`doc ->> '$.ref'`,
      'in',
      trx.selectFrom('calls').select('ref').where('id', 'in', callIds),
    )
    .executeTakeFirst()
  return changed(result)
}

async function deleteOwned(trx: Db, personId: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const table of [
    'leads',
    'lead_events',
    'promises',
    'links',
    'person_tags',
    'blocks',
    'restrictions',
    'person_aliases',
  ] as const) {
    const rows = trx.deleteFrom(table).where('person_id', '=', personId)
    counts[table] = changed(await rows.executeTakeFirst())
  }
  return counts
}

async function deleteNamed(
  trx: Db,
  { phones, userIds }: { phones: readonly string[]; userIds: readonly string[] },
): Promise<Record<string, number>> {
  const contacts = await trx
    .deleteFrom('contacts')
    .where((eb) => eb.or([eb('phone', 'in', phones), eb('user_id', 'in', userIds)]))
    .executeTakeFirst()
  const entries = [...phones, ...phones.map((phone) => phone.slice(1)), ...userIds]
  const lists = await trx
    .deleteFrom('list_entries')
    .where('entry', 'in', entries)
    .executeTakeFirst()
  const verifications = await trx
    .updateTable('verifications')
    .set({ phone: null, user_id: null, message: null, webhook_url: null, webhook_secret: null })
    .where((eb) => eb.or([eb('phone', 'in', phones), eb('user_id', 'in', userIds)]))
    .executeTakeFirst()
  return {
    contacts: changed(contacts),
    list_entries: changed(lists),
    verifications: changed(verifications),
  }
}

/** What other systems were told, or are yet to be told: the event stays, without the person. */
async function eraseWebhookEvents(trx: Db, personId: number): Promise<number> {
  const result = await trx
    .updateTable('webhook_events')
    .set({ personal: null, data: sql<string>`json_set(data, '$.person', null)` })
    .where('person_id', '=', personId)
    .executeTakeFirst()
  return changed(result)
}

/** What drafts would have done with these calls: the names of exits can tell of a person. */
async function deleteTrials(trx: Db, callIds: readonly number[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const table of ['shadow_differences', 'canary_calls'] as const) {
    const rows = trx.deleteFrom(table).where('call_id', 'in', callIds)
    counts[table] = changed(await rows.executeTakeFirst())
  }
  return counts
}

async function eraseRows(trx: Db, person: PersonRow, ids: Awaited<ReturnType<typeof idsOf>>) {
  const calls = await trx
    .selectFrom('calls')
    .select('id')
    .where('person_id', '=', person.id)
    .execute()
  const callIds = calls.map(({ id }) => id)
  const providerIds = await providerIdsOf(trx, person.id)
  return {
    ...(await eraseSignals(trx, person.id, providerIds)),
    decisions: await eraseDecisions(trx, callIds),
    actions: await eraseActions(trx, { personId: person.id, callIds }),
    messages: await eraseMessages(trx, person.id),
    feed: await eraseFeed(trx, callIds),
    calls: await eraseCalls(trx, person.id),
    ...(await deleteTrials(trx, callIds)),
    webhook_events: await eraseWebhookEvents(trx, person.id),
    ...(await deleteOwned(trx, person.id)),
    ...(await deleteNamed(trx, ids)),
  }
}

/**
 * Takes a person out of everything that is held (contract, section 4): ids, names, texts, provider ids
 * and payloads are replaced in place, so that counts stay; leads and contacts are deleted.
 */
export async function erasePerson(trx: Db, input: ErasePersonInput): Promise<ErasedPerson> {
  const { ref, at, by } = input
  const person = await trx
    .selectFrom('people')
    .selectAll()
    .where('ref', '=', ref)
    .executeTakeFirst()
  if (!person) return { kind: 'not_found' }
  if (await isUnderWay(trx, person.id, at)) return { kind: 'under_way' }
  const ids = await idsOf(trx, person)
  const all = await eraseRows(trx, person, ids)
  const counts = Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0))
  await trx
    .updateTable('people')
    .set({ phone: null, user_id: null, name: null, erased_at: at })
    .where('id', '=', person.id)
    .execute()
  await audit(trx, { at, by, operation: 'erasePerson', subject: ref, after: counts })
  const event = await insertEvent(trx, {
    type: 'person.erased',
    at,
    team: null,
    doc: { person: ref },
  })
  return { kind: 'erased', counts, ...ids, events: [event] }
}

export interface EraseTracesInput {
  readonly table: string
  readonly columns: readonly string[]
  readonly rowids: readonly number[]
  readonly needles: readonly string[]
}

/** Takes ids out of rows that are not the person's own: what came in unread, what others wrote. */
export async function eraseTraces(trx: Db, input: EraseTracesInput): Promise<void> {
  const { table, columns, rowids, needles } = input
  if (rowids.length === 0) return
  if (table === 'deliveries')
    return void (await trx
      .updateTable('deliveries')
      .set({ body: erasedDoc })
      .where('id', 'in', rowids)
      .execute())
  if (table === 'signals') return eraseSignalRows(trx, rowids)
  const replaced = columns.map((column) => {
    const without = needles.reduce(
      (text, needle) => sql`replace(${text}, ${needle}, ${erased})`,
      sql`${sql.ref(column)}`,
    )
    return sql`${sql.ref(column)} = ${without}`
  })
  await sql`update ${sql.table(table)} set ${sql.join(replaced)}
    where rowid in (${sql.join(rowids)})`.execute(trx)
}
