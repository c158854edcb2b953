import { factSpec, parseVelocityFact } from '../../schema/facts.ts'
import { emptyInstallation } from '../../schema/installation.ts'
import { duration } from './duration.ts'
import type { TextKey, Words } from './words.ts'
import { fill, plain } from './words.ts'

const fixed: Readonly<Record<string, TextKey>> = {
  'call.number': 'numberCalled',
  'call.media': 'media',
  'call.at': 'timeOfCall',
  'caller.key': 'theCaller',
  'caller.phone': 'callersPhone',
  'caller.country': 'callersCountry',
  'caller.name': 'callersName',
  'caller.known': 'theCaller',
  'caller.priority': 'callersPriority',
  'caller.tier': 'callersTier',
  'caller.tags': 'theCaller',
  'caller.blocked': 'theCaller',
  'caller.allowed': 'theCaller',
  'caller.optedOut': 'theCaller',
  'caller.owner': 'callersOwner',
  'caller.queue': 'callersQueue',
  'caller.language': 'callersLanguage',
  'history.calls': 'earlierCalls',
  'history.lastOutcome': 'lastOutcome',
  'history.lastCallAt': 'lastCall',
  'verification.pending': 'verification',
  'agents.owner.status': 'theOwner',
  'crm.found': 'theCrm',
}

/** What a calendar is called: `sla` is the caller's own. */
export const calendarWords = (name: string, words: Words): string =>
  name === 'sla' ? words('ownCalendar') : name

const named = (key: TextKey, name: string, words: Words): string =>
  plain(fill(words(key), { name }))

const patterns: readonly (readonly [RegExp, (name: string, words: Words) => string])[] = [
  [
    /^hours\.(.+)\.nextOpen$/,
    (name, words) => named('nextOpening', calendarWords(name, words), words),
  ],
  [
    /^hours\.(.+)\.today$/,
    (name, words) => named('todaysHours', calendarWords(name, words), words),
  ],
  [/^hours\.(.+)$/, calendarWords],
  [/^agents\.(.+)\.available$/, (name, words) => named('freeAgents', name, words)],
  [/^agents?\.(.+)\.status$/, (name) => name],
  [/^ai\.(.+)\.ready$/, (name, words) => named('assistantNamed', name, words)],
  [/^crm\.(.+)$/, (name, words) => named('crmField', name, words)],
  [/^caller\.attributes\.(.+)$/, (name, words) => named('attribute', name, words)],
]

const callsOf = {
  caller: 'callsByCaller',
  number: 'callsOnLine',
  prefix: 'callsFromPrefix',
} as const

/** A fact as the subject of a sentence: `the caller’s priority`. One without words of its own keeps its label. */
export function subjectOf(fact: string, words: Words): string {
  const key = Object.hasOwn(fixed, fact) ? fixed[fact] : undefined
  if (key) return words(key)
  const velocity = parseVelocityFact(fact)
  if (velocity)
    return plain(
      fill(words(callsOf[velocity.scope]), { window: duration(velocity.minutes, words) }),
    )
  for (const [pattern, say] of patterns) {
    const name = pattern.exec(fact)?.[1]
    if (name !== undefined) return say(name, words)
  }
  const label = factSpec(fact, emptyInstallation)?.label ?? fact
  return label.charAt(0).toLowerCase() + label.slice(1)
}
