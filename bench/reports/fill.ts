import Database from 'better-sqlite3'
import { sql } from 'kysely'
import { recordCounts, rebuildReports } from '../../server/db/commands/report-counts.ts'
import { putSetting } from '../../server/db/commands/settings.ts'
import { migrateToLatest, openForWriting } from '../../server/db/open.ts'
import { recount } from '../../server/db/queries/report-stale.ts'
import { reportBasis } from '../../server/reports/keeper.ts'
import { seededRandom } from '../../server/simulator/random.ts'
import { lines } from '../webhook/deliveries.ts'

/**
 * Makes a database with a year of calls: people of five countries and three tiers on twenty lines, every
 * kind of outcome and of miss, messages after rejects with their statuses, people who write and are called
 * back, leads and verdicts. Written by SQL, then counted by the server's own code.
 */
const [, , path = '', contactCount = '0', callCount = '0'] = process.argv
const contacts = Number(contactCount)
const calls = Number(callCount)
const { next: random } = seededRandom(7)
const dayMs = 24 * 60 * 60_000
const now = Date.now()
const begin = now - 364 * dayMs
const iso = (at: number): string => new Date(at).toISOString()
const chance = (share: number): boolean => random() < share
const pick = <const Items extends readonly [unknown, ...unknown[]]>(items: Items): Items[number] =>
  items[Math.floor(random() * items.length)] ?? items[0]

const countries = [
  { code: 'US', prefix: '+1415' },
  { code: 'DE', prefix: '+4917' },
  { code: 'GB', prefix: '+4477' },
  { code: 'FR', prefix: '+3361' },
  { code: 'IN', prefix: '+9198' },
] as const
const tiers = ['none', 'none', 'silver', 'gold'] as const
const rejects = [
  { node: 'closed', why: 'closed' },
  { node: 'busy', why: 'nobody_free' },
  { node: 'rule', why: 'rule' },
] as const
const person = (index: number) => {
  const country = countries[index % countries.length] ?? countries[0]
  return { phone: `${country.prefix}${String(2_000_000 + index)}`, country: country.code }
}

const db = openForWriting(path)
await migrateToLatest(db)
await rebuildReports(db, { basis: reportBasis('UTC'), at: iso(now) })
await putSetting(db, { key: 'leads_backfill', value: 'done', at: iso(now) })

const database = new Database(path)
database.pragma('synchronous = OFF')
const inBatches = (count: number, add: (index: number) => void): void => {
  for (let start = 0; start < count; start += 20_000)
    database.transaction(() => {
      for (let index = start; index < Math.min(count, start + 20_000); index += 1) add(index)
    })()
}

const addContact = database.prepare(
  `insert into contacts (phone, name, priority, tier, tags, owner, language, country, sla_calendar,
     opted_out, attributes, updated_at) values (?, ?, ?, ?, '[]', '', '', '', '', 0, '{}', ?)`,
)
const addPerson = database.prepare(
  'insert into people (id, ref, phone, name, created_at) values (?, ?, ?, ?, ?)',
)
inBatches(contacts, (index) => {
  const { phone } = person(index)
  addContact.run(phone, `Contact ${index}`, index % 100, tiers[index % 4], iso(now))
  addPerson.run(index + 1, `p${index}`, phone, `Caller ${index}`, iso(begin))
})

const addCall = database.prepare(
  `insert into calls (ref, channel, provider_id, line, person_id, phone, profile_name, direction, media,
     status, offered_at, arrived_at, attempt_at, started_at, ended_at, end_arrived_at, duration_seconds,
     policy, release, outcome, node, final_outcome, final_node, decision_ms, why)
   values (?, 'whatsapp', ?, ?, ?, ?, ?, ?, 'voice', ?, ?, ?, ?, ?, ?, ?, ?, 'eight-gates', ?, ?, ?, ?,
     ?, ?, ?)`,
)
const addAction = database.prepare(
  `insert into actions (key, call_id, person_id, channel, line, type, payload, state, attempts, created_at,
     due_at, deadline_at, settled_at, delivery) values (?, ?, ?, 'whatsapp', ?, 'message', '{}', ?, 1, ?, ?,
     ?, ?, ?)`,
)
const addMessage = database.prepare(
  `insert into messages (channel, provider_id, line, person_id, at, arrived_at, type, text)
   values ('whatsapp', ?, ?, ?, ?, ?, 'text', 'hello')`,
)
const addVerdict = database.prepare(
  `insert into lead_events (person_id, at, kind, actor, status, value, currency)
   values (?, ?, 'status', 'bench', 'converted', ?, 'EUR')`,
)

/** Calls come by day more than by night, and all the year alike. */
const hours = [9, 10, 10, 11, 11, 12, 12, 13, 14, 15, 15, 16, 17, 18, 20, 22, 3, 7] as const

interface Kind {
  readonly status: string
  readonly outcome: string
  readonly node: string
  readonly why: string | null
  readonly talked: number | null
}

function kindOf(): Kind {
  if (chance(0.5)) {
    const { node, why } = pick(rejects)
    const status = chance(0.06) ? 'missed' : chance(0.02) ? 'failed' : 'rejected'
    return { status, outcome: 'reject', node, why, talked: null }
  }
  if (chance(0.1))
    return { status: 'missed', outcome: 'voicemail', node: 'vm', why: 'no_answer', talked: null }
  const talked = chance(0.7) ? Math.floor(random() * 600) : null
  const status = talked === null ? 'missed' : 'completed'
  return { status, outcome: 'accept', node: 'team', why: 'rule', talked }
}

inBatches(calls, (index) => {
  const day = begin + Math.floor((index / calls) * 364) * dayMs
  const start = Math.floor(day / dayMs) * dayMs
  const at = start + pick(hours) * 3_600_000 + Math.floor(random() * 3_600_000)
  const who = Math.floor(random() * random() * contacts)
  const { phone } = person(who)
  const line = lines[(who + (chance(0.1) ? 1 : 0)) % lines.length]?.id ?? ''
  const isOutbound = chance(0.04)
  const kind = isOutbound
    ? { status: 'completed', outcome: null, node: null, why: null, talked: 60 }
    : kindOf()
  const end = at + 12_000 + (kind.talked ?? 0) * 1000
  const { lastInsertRowid } = addCall.run(
    `bench${index.toString(36)}`,
    `wacid.year${index}`,
    line,
    who + 1,
    phone,
    `Caller ${who}`,
    isOutbound ? 'outbound' : 'inbound',
    kind.status,
    iso(at),
    iso(at + 400),
    isOutbound ? null : iso(at + 400),
    kind.talked === null ? null : iso(at + 8_000),
    iso(end),
    iso(end + 300),
    kind.talked,
    `${1 + Math.floor((index / calls) * 6)}-000000000000`,
    kind.outcome,
    kind.node,
    kind.outcome,
    kind.node,
    isOutbound ? null : 0.4 + random() * random() * 40,
    kind.why,
  )
  if (kind.outcome === 'reject') {
    const state = chance(0.1) ? 'suppressed' : chance(0.05) ? 'failed' : 'done'
    const delivery = state === 'done' ? (chance(0.6) ? 'read' : 'delivered') : null
    const sent = iso(at + 900)
    addAction.run(
      `year${index}:message`,
      lastInsertRowid,
      who + 1,
      line,
      state,
      sent,
      sent,
      iso(at + 900_000),
      sent,
      delivery,
    )
  }
  if (kind.status !== 'completed' && chance(0.2)) {
    const written = iso(at + 60_000 + Math.floor(random() * 7_200_000))
    addMessage.run(`wamid.year${index}`, line, who + 1, written, written)
  }
  if (chance(0.01)) addVerdict.run(who + 1, iso(at + 3_600_000), Math.round(random() * 900))
})

database.exec(`insert into leads (person_id, ref, state, status, opened_at, attempts, first_call_at,
    last_call_at, last_call_id, line, why, after_message, is_contact, priority, tier, score, updated_at)
  select person_id, 'lead' || person_id, iif(person_id % 3 = 0, 'closed', 'open'), 'new', max(arrived_at),
    1 + person_id % 5, min(arrived_at), max(arrived_at), max(id), line, 'rule', 0, 1, 0, 'none',
    person_id % 100, max(arrived_at)
  from calls where direction = 'inbound' and status in ('missed', 'rejected', 'failed') group by person_id`)
database.close()

await sql`pragma synchronous = OFF`.execute(db)
for (;;) {
  await sql`begin`.execute(db)
  const counted = await recount(db, { limit: 1000, zone: 'UTC' })
  await recordCounts(db, counted)
  await sql`commit`.execute(db)
  if (counted.stale.length === 0) break
}
await sql`pragma wal_checkpoint(truncate)`.execute(db)
await db.destroy()
process.send?.({ done: true })
process.disconnect?.()
