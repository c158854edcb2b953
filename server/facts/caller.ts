import type { Db } from '../db/open.ts'
import { toIso } from '../clock.ts'
import { countryOf } from '../phone.ts'
import type { CallInfo, CallerFile } from '../policy/memory-facts.ts'
import { contactOf } from './contact-row.ts'
import type { Identity } from './identity.ts'

/** Earlier calls of one person beyond this many are not counted, so that the read stays short. */
const mostHistory = 1000

const unlisted = { blocked: false, allowed: false }

async function readLists(db: Db, { userId, phones }: Identity) {
  const entries = phones.flatMap((phone) => [phone, phone.slice(1)])
  if (userId !== undefined) entries.push(userId)
  if (entries.length === 0) return unlisted
  const rows = await db
    .selectFrom('list_entries')
    .select('list')
    .where('list', 'in', ['blocked', 'allowed'])
    .where('entry', 'in', entries)
    .execute()
  const lists = new Set(rows.map((row) => row.list))
  return { blocked: lists.has('blocked'), allowed: lists.has('allowed') }
}

async function readEffects(db: Db, personIds: readonly number[], at: string) {
  const tags = await db
    .selectFrom('person_tags')
    .select('tag')
    .where('person_id', 'in', personIds)
    .execute()
  const block = await db
    .selectFrom('blocks')
    .select('id')
    .where('person_id', 'in', personIds)
    .where('until', '>', at)
    .limit(1)
    .executeTakeFirst()
  const restriction = await db
    .selectFrom('restrictions')
    .select('queue')
    .where('person_id', 'in', personIds)
    .where('until', '>', at)
    .orderBy('until', 'desc')
    .limit(1)
    .executeTakeFirst()
  return {
    tags: tags.map((row) => row.tag),
    blocked: block !== undefined,
    queue: restriction?.queue ?? '',
  }
}

/** Calls of this person to us that arrived before this one. */
async function readHistory(
  db: Db,
  personIds: readonly number[],
  call: CallInfo,
): Promise<CallerFile['history']> {
  const earlier = db
    .selectFrom('calls')
    .where('person_id', 'in', personIds)
    .where('arrived_at', '<=', toIso(call.at))
    .where('direction', '=', 'inbound')
    .where('ref', '!=', call.ref)
  const last = await earlier
    .select(['outcome', 'final_outcome', 'arrived_at'])
    .orderBy('arrived_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!last) return { calls: 0, lastOutcome: '' }
  const counted = await db
    .selectFrom(earlier.select('id').limit(mostHistory).as('earlier'))
    .select((eb) => eb.fn.countAll<number>().as('calls'))
    .executeTakeFirstOrThrow()
  return {
    calls: counted.calls,
    lastOutcome: last.final_outcome ?? last.outcome ?? '',
    lastCallAt: Date.parse(last.arrived_at),
  }
}

async function isVerificationPending(db: Db, { userId, phones }: Identity, at: string) {
  if (userId === undefined && phones.length === 0) return false
  const row = await db
    .selectFrom('verifications')
    .select('id')
    .where((eb) =>
      eb.or([
        ...(userId === undefined ? [] : [eb('user_id', '=', userId)]),
        ...(phones.length === 0 ? [] : [eb('phone', 'in', phones)]),
      ]),
    )
    .where('fulfilled_at', 'is', null)
    .where('expired_at', 'is', null)
    .where('created_at', '<=', at)
    .where('expires_at', '>', at)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
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
