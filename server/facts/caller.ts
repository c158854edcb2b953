import type { Db } from '../db/open.ts'
import { toIso } from '../clock.ts'
import { phoneInputs, prepare } from '../db/prepared.ts'
import { countryOf } from '../phone.ts'
import type { CallInfo, CallerFile } from '../policy/memory-facts.ts'
import { contactOf } from './contact-row.ts'
import type { Identity } from './identity.ts'

/** Earlier calls of one person beyond this many are not counted, so that the read stays short. */
const mostHistory = 1000

const unlisted = { blocked: false, allowed: false }

interface EntryInputs {
  readonly userId: string | null
  readonly phone1: string | null
  readonly phone2: string | null
  readonly phone3: string | null
  readonly digits1: string | null
  readonly digits2: string | null
  readonly digits3: string | null
}

const listsWith = prepare((db, ids: EntryInputs) =>
  db
    .selectFrom('list_entries')
    .select('list')
    .where('list', 'in', ['blocked', 'allowed'])
    // a null among them is equal to nothing
    .where((eb) => {
      const { userId, phone1, phone2, phone3, digits1, digits2, digits3 } = ids
      const entries = [userId, phone1, phone2, phone3, digits1, digits2, digits3]
      return eb(eb.ref('entry').$castTo<string | null>(), 'in', entries)
    }),
)

async function readLists(db: Db, { userId, phones }: Identity) {
  if (userId === undefined && phones.length === 0) return unlisted
  const told = phoneInputs(phones)
  const rows = await listsWith.all(db, {
    userId: userId ?? null,
    ...told,
    digits1: told.phone1?.slice(1) ?? null,
    digits2: told.phone2?.slice(1) ?? null,
    digits3: told.phone3?.slice(1) ?? null,
  })
  const lists = new Set(rows.map((row) => row.list))
  return { blocked: lists.has('blocked'), allowed: lists.has('allowed') }
}

const effectsOn = prepare((db, person: { id: number; at: string }) =>
  db
    .selectFrom('person_tags')
    .select((eb) => [eb.val('tag').as('kind'), 'tag as value', 'created_at as until'])
    .where('person_id', '=', person.id)
    .unionAll(
      db
        .selectFrom('blocks')
        .select((eb) => [eb.val('block').as('kind'), eb.val('').as('value'), 'until'])
        .where('person_id', '=', person.id)
        .where('until', '>', person.at),
    )
    .unionAll(
      db
        .selectFrom('restrictions')
        .select((eb) => [eb.val('restriction').as('kind'), 'queue as value', 'until'])
        .where('person_id', '=', person.id)
        .where('until', '>', person.at),
    ),
)

async function readEffects(db: Db, personIds: readonly number[], at: string) {
  const rows = (await Promise.all(personIds.map((id) => effectsOn.all(db, { id, at })))).flat()
  const restrictions = rows
    .filter((row) => row.kind === 'restriction')
    .sort((a, b) => (a.until < b.until ? 1 : -1))
  return {
    tags: rows.filter((row) => row.kind === 'tag').map((row) => row.value),
    blocked: rows.some((row) => row.kind === 'block'),
    queue: restrictions[0]?.value ?? '',
  }
}

interface BeforeInputs {
  readonly person: number
  readonly at: string
  readonly ref: string
}

const callsBefore = (db: Db, { person, at, ref }: BeforeInputs) =>
  db
    .selectFrom('calls')
    .where('person_id', '=', person)
    .where('arrived_at', '<=', at)
    .where('direction', '=', 'inbound')
    .where('ref', '!=', ref)

const lastCallBefore = prepare((db, before: BeforeInputs) =>
  callsBefore(db, before)
    .select(['outcome', 'final_outcome', 'arrived_at'])
    .orderBy('arrived_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1),
)

const countBefore = prepare((db, before: BeforeInputs) =>
  db
    .selectFrom(callsBefore(db, before).select('id').limit(mostHistory).as('earlier'))
    .select((eb) => eb.fn.countAll<number>().as('calls')),
)

/** Calls of this person to us that arrived before this one. */
async function readHistory(
  db: Db,
  personIds: readonly number[],
  call: CallInfo,
): Promise<CallerFile['history']> {
  const history = { calls: 0, lastOutcome: '', lastCallAt: '' }
  for (const person of personIds) {
    const before = { person, at: toIso(call.at), ref: call.ref }
    const last = await lastCallBefore.first(db, before)
    if (!last) continue
    history.calls += (await countBefore.first(db, before))?.calls ?? 0
    if (last.arrived_at <= history.lastCallAt) continue
    history.lastCallAt = last.arrived_at
    history.lastOutcome = last.final_outcome ?? last.outcome ?? ''
  }
  if (history.calls === 0) return { calls: 0, lastOutcome: '' }
  return {
    calls: Math.min(history.calls, mostHistory),
    lastOutcome: history.lastOutcome,
    lastCallAt: Date.parse(history.lastCallAt),
  }
}

interface PendingInputs {
  readonly userId: string | null
  readonly phone1: string | null
  readonly phone2: string | null
  readonly phone3: string | null
  readonly at: string
}

const openVerifications = (db: Db, at: string) =>
  db
    .selectFrom('verifications')
    .select('id')
    .where('fulfilled_at', 'is', null)
    .where('expired_at', 'is', null)
    .where('created_at', '<=', at)
    .where('expires_at', '>', at)

const pendingVerification = prepare((db, ids: PendingInputs) => {
  const { userId, phone1, phone2, phone3, at } = ids
  return openVerifications(db, at)
    .where('user_id', '=', userId)
    .unionAll(openVerifications(db, at).where('phone', 'in', [phone1, phone2, phone3]))
    .limit(1)
})

async function isVerificationPending(db: Db, { userId, phones }: Identity, at: string) {
  if (userId === undefined && phones.length === 0) return false
  const ids = { userId: userId ?? null, ...phoneInputs(phones), at }
  return (await pendingVerification.first(db, ids)) !== undefined
}

/** Everything the journal and the address book know of a caller at the moment of a call. */
export async function readCaller(db: Db, identity: Identity, call: CallInfo): Promise<CallerFile> {
  const { personIds } = identity
  const at = toIso(call.at)
  const lists = await readLists(db, identity)
  const nothing = { tags: [] as string[], blocked: false, queue: '' }
  const isNew = personIds.length === 0
  const effects = isNew ? nothing : await readEffects(db, personIds, at)
  const contact = identity.contact && contactOf(identity.contact)
  return {
    key: identity.key,
    phone: identity.phone,
    userId: identity.userId,
    profileName: identity.profileName,
    country: countryOf(identity.phone, identity.userId),
    contact,
    tags: [...new Set([...(contact?.tags ?? []), ...effects.tags])],
    blocked: lists.blocked || effects.blocked,
    allowed: lists.allowed,
    queue: effects.queue,
    history: isNew ? { calls: 0, lastOutcome: '' } : await readHistory(db, personIds, call),
    verificationPending: await isVerificationPending(db, identity, at),
  }
}
