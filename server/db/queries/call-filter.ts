import type { Expression, SelectQueryBuilder, SqlBool } from 'kysely'
import { sql } from 'kysely'
import type { LineScope } from '../../access/scope.ts'
import { isInScope } from '../../access/scope.ts'
import { closings, messageStates, readPlace, standings } from '../../reports/report-call.ts'
import { missReasons } from '../../reports/why.ts'
import type { CallListQuery } from '../../schema/call.ts'
import { callStatuses } from '../../schema/call.ts'
import { outcomeKinds } from '../../schema/policy.ts'
import type { Db } from '../open.ts'
import type { Tables } from '../tables.ts'
import { callsIn } from './line-scope.ts'
import type { Words } from './reports/selection.ts'

/** What narrows a list of calls, with days already turned into instants and numbers. */
export type CallFilter = Omit<
  CallListQuery,
  'from_date' | 'to_date' | 'page' | 'per_page' | 'sort_by' | 'sort_order' | 'team'
> & {
  /** ISO, `until` excluded: when we heard of the call. */
  readonly from?: string | undefined
  readonly until?: string | undefined
  /** Days of the call itself since 1970, `untilDay` excluded. */
  readonly fromDay?: number | undefined
  readonly untilDay?: number | undefined
  /** The lines that are meant: those one may see, and those of a team; all without. */
  readonly scopes: readonly LineScope[]
  /** Names and numbers may be searched. */
  readonly seesNumbers: boolean
}

const reported = [
  'standing',
  'reason',
  'final_outcome',
  'node',
  'weekday',
  'hour',
  'country',
  'tier',
  'ghost',
  'lead',
  'told',
] as const satisfies readonly (keyof CallFilter)[]

/** Whether it asks for what only reports count. */
export const isReported = (filter: CallFilter): boolean =>
  filter.dates === 'call' || reported.some((name) => filter[name] !== undefined)

const literal = (text: string): string => text.replace(/[\\%_]/g, (sign) => `\\${sign}`)

/** The people whose name or number has a text in it; several names of one person are all looked at. */
function peopleWith(search: string): Expression<number> {
  const digits = search.replace(/\D/g, '')
  if (digits.length >= 4 && /^[+\d\s().-]+$/.test(search))
    return sql<number>`(select id from people where phone like ${`%${digits}%`})`
  const like = sql`like ${`%${literal(search)}%`} escape '\\'`
  return sql<number>`(select id from people where name ${like}
    union select people.id from contacts join people on people.phone = contacts.phone
      where contacts.name ${like}
    union select people.id from contacts join people on people.user_id = contacts.user_id
      where contacts.name ${like})`
}

function isFound({ search = '', seesNumbers }: CallFilter): Expression<SqlBool> {
  const end = `${search}\uffff`
  const byRef = sql`calls.id in (select id from calls where ref >= ${search} and ref < ${end})`
  if (!seesNumbers) return sql<SqlBool>`${byRef}`
  return sql<SqlBool>`calls.person_id in ${peopleWith(search)} or ${byRef}`
}

type Calls = SelectQueryBuilder<Tables, 'calls', object>

/** What is asked of the calls themselves. */
function ofCalls(query: Calls, filter: CallFilter): Calls {
  let calls = query
  if (filter.outcome) calls = calls.where('calls.outcome', '=', filter.outcome)
  if (filter.contact_id) calls = calls.where('calls.person_id', '=', filter.contact_id)
  if (filter.from) calls = calls.where('calls.arrived_at', '>=', filter.from)
  if (filter.until) calls = calls.where('calls.arrived_at', '<', filter.until)
  if (filter.search) calls = calls.where(isFound(filter))
  return calls
}

/** The calls that match, by their own columns. */
export function plainCalls(db: Db, filter: CallFilter): Calls {
  let calls = ofCalls(db.selectFrom('calls'), filter)
  for (const scope of filter.scopes) calls = calls.where(callsIn(scope))
  if (filter.direction) calls = calls.where('calls.direction', '=', filter.direction)
  if (filter.status) calls = calls.where('calls.status', '=', filter.status)
  if (filter.policy) calls = calls.where('calls.policy', '=', filter.policy)
  if (filter.release) calls = calls.where('calls.release', '=', filter.release)
  if (filter.line) calls = calls.where('calls.line', '=', filter.line)
  return calls
}

/** The numbers of words, as a list for `in`. */
function numbersOf(words: Words, fits: (word: string) => boolean): Expression<unknown> {
  const ids = [...words].flatMap(([id, word]) => (fits(word) ? [id] : []))
  if (fits('')) ids.push(0)
  return sql`(select value from json_each(${JSON.stringify(ids)}))`
}

const column = (name: string) => sql.ref(`report_calls.${name}`)
const equals = (name: string, value: number): Expression<SqlBool> =>
  sql<SqlBool>`${column(name)} = ${value}`

type Lead = NonNullable<CallFilter['lead']>
type Told = NonNullable<CallFilter['told']>

function leadIs(lead: Lead): Expression<SqlBool> {
  const closedBy = (...ways: (typeof closings)[number][]) =>
    sql`report_calls.closed_by in (${sql.join(ways.map((way) => closings.indexOf(way)))})`
  const tests: Readonly<Record<Lead, Expression<unknown>>> = {
    opened: sql`true`,
    open: closedBy('nothing'),
    message: closedBy('message'),
    voicemail: closedBy('voicemail'),
    connected: closedBy('connected'),
    callback: closedBy('callback'),
    reached: closedBy('connected', 'callback'),
    again: sql`(report_calls.attempts > 1 or ${closedBy('message', 'voicemail', 'connected')})`,
    called_back: sql`report_calls.called_back_after >= 0`,
    converted: sql`report_calls.converted = 1`,
  }
  return sql<SqlBool>`report_calls.opened = 1 and ${tests[lead]}`
}

function toldIs(told: Told): Expression<SqlBool> {
  const states = (...names: (typeof messageStates)[number][]) =>
    sql`report_calls.message in (${sql.join(names.map((name) => messageStates.indexOf(name)))})`
  const sent = states('sent', 'delivered', 'read')
  const tests: Readonly<Record<Told, Expression<unknown>>> = {
    any: sql`report_calls.message <> ${messageStates.indexOf('none')}`,
    held: states('held'),
    waiting: states('waiting'),
    failed: states('failed'),
    sent,
    delivered: states('delivered', 'read'),
    read: states('read'),
    answered: sql`${sent} and report_calls.answered = 1`,
    converted: sql`${sent} and report_calls.converted = 1`,
  }
  return sql<SqlBool>`${tests[told]}`
}

/** What is asked of the rows that reports count. */
function testsOf(filter: CallFilter, words: Words): Expression<SqlBool>[] {
  const tests: Expression<SqlBool>[] = []
  const inWords = (name: string, fits: (word: string) => boolean): void =>
    void tests.push(sql<SqlBool>`${column(name)} in ${numbersOf(words, fits)}`)
  const { line, scopes, policy, node, release, country, tier, reason, final_outcome } = filter
  if (filter.direction) tests.push(equals('direction', filter.direction === 'inbound' ? 0 : 1))
  if (filter.status) tests.push(equals('status', callStatuses.indexOf(filter.status)))
  if (line !== undefined || scopes.length > 0)
    inWords(
      'line',
      (word) =>
        word !== '' &&
        (line === undefined || word === line) &&
        scopes.every((scope) => isInScope(scope, word)),
    )
  if (policy !== undefined || node !== undefined)
    inWords('place', (word) => {
      const step = word.startsWith('[') ? readPlace(word) : undefined
      return (
        step !== undefined &&
        (policy === undefined || step.policy === policy) &&
        (node === undefined || step.node === node)
      )
    })
  if (release !== undefined) inWords('release', (word) => word === release)
  if (country !== undefined) inWords('country', (word) => word === country)
  if (tier !== undefined) inWords('tier', (word) => word === tier)
  if (filter.standing) tests.push(equals('standing', standings.indexOf(filter.standing)))
  if (reason !== undefined)
    tests.push(equals('reason', missReasons.findIndex((known) => known === reason) + 1 || -1))
  if (final_outcome !== undefined)
    tests.push(equals('outcome', outcomeKinds.findIndex((kind) => kind === final_outcome) + 1))
  // 1970-01-01 was a Thursday
  if (filter.weekday !== undefined)
    tests.push(sql<SqlBool>`(report_calls.day + 3) % 7 = ${filter.weekday}`)
  if (filter.hour !== undefined) tests.push(sql<SqlBool>`report_calls.minute / 60 = ${filter.hour}`)
  if (filter.ghost) tests.push(equals('ghost', filter.ghost === 'true' ? 1 : 0))
  if (filter.lead) tests.push(leadIs(filter.lead))
  if (filter.told) tests.push(toldIs(filter.told))
  return tests
}

/** The calls that match, by what reports count; one that is not counted yet is not among them. */
export function reportedCalls(db: Db, filter: CallFilter, words: Words) {
  let rows = db
    .selectFrom('report_calls')
    .where((eb) => eb.and([...testsOf(filter, words), sql<SqlBool>`true`]))
  if (filter.fromDay !== undefined) rows = rows.where('report_calls.day', '>=', filter.fromDay)
  if (filter.untilDay !== undefined) rows = rows.where('report_calls.day', '<', filter.untilDay)
  return rows
}

/** Whether the calls themselves must be looked at besides. */
export const needsCalls = ({ outcome, contact_id, from, until, search }: CallFilter): boolean =>
  [outcome, contact_id, from, until, search].some((one) => one !== undefined)

export const callsBeside = (db: Db, filter: CallFilter): Calls =>
  ofCalls(db.selectFrom('calls'), filter)
