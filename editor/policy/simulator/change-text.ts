import type { TFunction } from 'i18next'
import { subjectOf } from '../../../server/policy/say/subject.ts'
import { valueWords } from '../../../server/policy/say/values.ts'
import type { Words } from '../../../server/policy/say/words.ts'
import type { Alternative, Change } from '../../../server/schema/why-not.ts'

/** What changes are told with: texts, the words of facts, and the call they are changes of. */
export interface Teller {
  readonly t: TFunction
  readonly words: Words
  readonly language: string
  /** Arrival of the call, in epoch milliseconds. */
  readonly at: number
}

type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>
type Value = ChangeOf<'value'>['value']

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

function gapText(ms: number, t: TFunction): string {
  const minutes = Math.ceil(ms / minuteMs)
  const hours = Math.floor(minutes / 60)
  if (ms >= dayMs) return t('simulator.days', { days: Math.floor(hours / 24), hours: hours % 24 })
  if (minutes < 60) return t('simulator.minutes', { minutes })
  return t('simulator.hours', { hours, minutes: minutes % 60 })
}

/** An instant in a zone: the clock alone on the day of the call, with the day otherwise. */
function instantText(at: number, zone: string, { at: call, language }: Teller): string {
  const dayOf = (instant: number): string =>
    new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(instant)
  const clock: Intl.DateTimeFormatOptions = {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }
  const day: Intl.DateTimeFormatOptions =
    dayOf(at) === dayOf(call) ? {} : { weekday: 'short', day: 'numeric', month: 'short' }
  return new Intl.DateTimeFormat(language, { ...clock, ...day }).format(at)
}

function timeText(change: ChangeOf<'time'>, teller: Teller): string {
  const isEarlier = change.at < teller.at
  const gap = gapText(Math.abs(change.at - teller.at), teller.t)
  const at = instantText(isEarlier ? change.until : change.from, change.zone, teller)
  return teller.t(isEarlier ? 'simulator.change.before' : 'simulator.change.from', { at, gap })
}

const numberText = (value: number, language: string): string =>
  new Intl.NumberFormat(language, { maximumFractionDigits: 3 }).format(value)

function boundsText(change: ChangeOf<'number'>, { t, language }: Teller): string {
  const shown = (value: number): string => numberText(value, language)
  const { least, above, most, below, value } = change
  if (least !== undefined && least === most)
    return t('simulator.bounds.exactly', { a: shown(least) })
  const [low, high] = [least ?? above, most ?? below]
  if (low !== undefined && high !== undefined)
    return t('simulator.bounds.between', { a: shown(least ?? value), b: shown(most ?? value) })
  if (least !== undefined) return t('simulator.bounds.least', { a: shown(least) })
  if (above !== undefined) return t('simulator.bounds.above', { a: shown(above) })
  if (most !== undefined) return t('simulator.bounds.most', { a: shown(most) })
  if (below !== undefined) return t('simulator.bounds.below', { a: shown(below) })
  return t('simulator.bounds.exactly', { a: shown(value) })
}

function numberChange(change: ChangeOf<'number'>, teller: Teller): string {
  const { t, words, language } = teller
  const { fact, was } = change
  const team = /^agents\.(.+)\.available$/.exec(fact)?.[1]
  if (team !== undefined && change.value > 0) return agentsText(team, change.value, t)
  const now =
    typeof was === 'number'
      ? t('simulator.change.wasNumber', { was: numberText(was, language) })
      : ''
  const bounds = boundsText(change, teller)
  return t('simulator.change.number', { subject: subjectOf(fact, words), bounds }) + now
}

const agentsText = (team: string, count: number, t: TFunction): string =>
  count === 1
    ? t('simulator.change.oneAgent', { team })
    : t('simulator.change.agents', { team, count })

const sayings = {
  'caller.known': ['known', 'notKnownCaller'],
  'caller.blocked': ['blocked', 'notBlocked'],
  'caller.allowed': ['allowed', 'notAllowed'],
  'caller.optedOut': ['optedOut', 'notOptedOut'],
  'crm.found': ['crmFound', 'crmMissing'],
} as const

const hasSaying = (fact: string): fact is keyof typeof sayings => Object.hasOwn(sayings, fact)

function valueText(fact: string, value: Value, { t, words }: Teller): string {
  const subject = subjectOf(fact, words)
  if (value === null)
    return fact === 'crm.found'
      ? t('simulator.change.crmSilent')
      : t('simulator.change.unknown', { subject })
  if (hasSaying(fact)) return t(`simulator.change.${sayings[fact][value === true ? 0 : 1]}`)
  const team = /^agents\.(.+)\.status$/.exec(fact)?.[1]
  if (team !== undefined && team !== 'owner' && value === 'available') return agentsText(team, 1, t)
  if (/^agents?\..+\.status$/.test(fact) && value === 'available')
    return t('simulator.change.agentAvailable', { name: subject })
  return t('simulator.change.value', { subject, value: valueWords(value, fact, words) })
}

function listText(change: ChangeOf<'list'>, { t, words }: Teller): string {
  const { added, removed } = change
  const and = t('simulator.and')
  if (change.fact === 'caller.tags') {
    const parts = [
      added.length > 0 ? t('simulator.change.tagged', { tags: added.join(and) }) : [],
      removed.length > 0 ? t('simulator.change.untagged', { tags: removed.join(and) }) : [],
    ].flat()
    return t('simulator.change.callerTagged', { what: parts.join(and) })
  }
  const subject = subjectOf(change.fact, words)
  const values = (list: readonly string[]): string => list.join(and)
  return [
    added.length > 0 ? t('simulator.change.has', { subject, values: values(added) }) : [],
    removed.length > 0 ? t('simulator.change.lacks', { subject, values: values(removed) }) : [],
  ]
    .flat()
    .join(and)
}

function otherText(change: ChangeOf<'other'>, { t, words }: Teller): string {
  const values = change.not.map((value) => valueWords(value, change.fact, words))
  const text = { subject: subjectOf(change.fact, words), values: values.join(', ') }
  return t(values.length === 1 ? 'simulator.change.otherOne' : 'simulator.change.other', text)
}

function condition(change: Exclude<Change, ChangeOf<'time'>>, teller: Teller): string {
  switch (change.kind) {
    case 'team':
      return change.available > 0
        ? agentsText(change.team, change.available, teller.t)
        : valueText(`agents.${change.team}.status`, change.status, teller)
    case 'number':
      return numberChange(change, teller)
    case 'value':
      return valueText(change.fact, change.value, teller)
    case 'list':
      return listText(change, teller)
    case 'other':
      return otherText(change, teller)
  }
}

const isUnasked = (change: Change): boolean =>
  change.kind !== 'time' && change.kind !== 'team' && change.was === undefined

/** What would have to be otherwise, as the rest of a sentence: `from 09:00, if one support agent were available`. */
export function alternativeText({ changes }: Alternative, teller: Teller): string {
  const { t } = teller
  const times = changes.flatMap((one) => (one.kind === 'time' ? [timeText(one, teller)] : []))
  const conditions = changes.flatMap((one) => {
    if (one.kind === 'time') return []
    return [condition(one, teller) + (isUnasked(one) ? t('simulator.change.asked') : '')]
  })
  const ifs =
    conditions.length > 0 ? [t('simulator.if', { what: conditions.join(t('simulator.and')) })] : []
  return [...times, ...ifs].join(', ')
}
