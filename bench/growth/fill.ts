import Database from 'better-sqlite3'
import { phoneOf } from '../webhook/deliveries.ts'
import { peopleOf } from './people.ts'

/**
 * Fills a server's database: contacts, and calls with their signals and decisions, spread over as many
 * people and the last month. Written by SQL, since the writer would take an hour for a million.
 */
const [, , path = '', contacts = '0', calls = '0'] = process.argv
const database = new Database(path)
database.pragma('journal_mode = WAL')
database.pragma('synchronous = OFF')
const count = (table: 'contacts' | 'calls' | 'people'): number => {
  const row = database.prepare(`select count(*) as n from ${table}`).get()
  return (row as { n: number }).n // as selected
}
const month = 30 * 24 * 60 * 60_000
const now = Date.now()
const iso = (at: number) => new Date(at).toISOString()

const addContact = database.prepare(
  `insert or ignore into contacts (phone, name, priority, tier, tags, owner, language, country,
     sla_calendar, opted_out, attributes, updated_at)
   values (?, ?, ?, 'none', '[]', '', '', '', '', 0, ?, ?)`,
)
const addPerson = database.prepare(
  'insert or ignore into people (id, phone, name, created_at) values (?, ?, ?, ?)',
)
const addCall = database.prepare(
  `insert into calls (ref, channel, provider_id, line, person_id, phone, direction, media, status,
     offered_at, arrived_at, attempt_at, policy, release, outcome, node, final_outcome, final_node,
     decision_ms)
   values (?, 'whatsapp', ?, '106540352200000', ?, ?, 'inbound', 'voice', 'rejected', ?, ?, ?,
     'eight-gates', '1-0', 'reject', 'reject', 'reject', 'reject', 1.5)`,
)
const addSignal = database.prepare(
  `insert into signals (key, channel, kind, line, provider_id, at, arrived_at, person_id, doc)
   values (?, 'whatsapp', 'call_offered', '106540352200000', ?, ?, ?, ?, '{}')`,
)
const addDecision = database.prepare(
  `insert into decisions (call_id, at, policy, release, doc) values (?, ?, 'eight-gates', '1-0', '{}')`,
)

const inBatches = (from: number, to: number, add: (index: number) => void): void => {
  for (let start = from; start < to; start += 10_000)
    database.transaction(() => {
      for (let index = start; index < Math.min(to, start + 10_000); index += 1) add(index)
    })()
}

inBatches(count('contacts'), Number(contacts), (index) =>
  addContact.run(
    `+${phoneOf(index)}`,
    `Contact ${index}`,
    index % 80,
    '{"weekday":3,"minute":600}',
    iso(now),
  ),
)
const people = peopleOf(Number(calls))
inBatches(count('people'), people, (index) =>
  addPerson.run(index + 1, `+${phoneOf(index)}`, `Caller ${index}`, iso(now - month)),
)
const before = count('calls')
inBatches(before, Number(calls), (index) => {
  const person = index % people
  const at = iso(now - month + (index / Number(calls)) * (month - 2 * 24 * 60 * 60_000))
  const callId = `wacid.old${index}`
  const { lastInsertRowid } = addCall.run(
    `old${index}`,
    callId,
    person + 1,
    `+${phoneOf(person)}`,
    at,
    at,
    at,
  )
  addSignal.run(`whatsapp:${callId}:connect`, callId, at, at, person + 1)
  addDecision.run(lastInsertRowid, at)
})
database.pragma('wal_checkpoint(TRUNCATE)')
database.close()
process.send?.({ calls: Number(calls) })
process.disconnect?.()
