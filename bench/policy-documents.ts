import type { Installation } from '../server/schema/installation.ts'
import { emptyInstallation } from '../server/schema/installation.ts'
import type { Condition } from '../server/schema/policy.ts'
import type { Policy, PolicyNode } from '../server/schema/policy.ts'
import { policySchema } from '../server/schema/policy.ts'
import { seededRandom } from '../server/simulator/random.ts'

export const outcomeNames = ['accept', 'ai_pickup', 'reject', 'voicemail'] as const
export type OutcomeName = (typeof outcomeNames)[number]

/** A gate as every rival can be told it: a condition, and the outcome when it holds. */
export interface Gate {
  readonly when: Condition
  readonly outcome: OutcomeName
}

/** What decides when no gate holds. */
export const defaultOutcome: OutcomeName = 'voicemail'

/** The facts of a call by name; all known, since the rivals have no word for unknown. */
export type Facts = Readonly<Record<string, string | number | boolean>>

const is = (
  fact: string,
  operator: string,
  value: string | number | boolean | string[] | number[],
) => ({
  fact,
  operator,
  value,
})

/** The policy of the reference measurements: 8 ordered gates, one leaf to three each. */
export const eightGates: readonly Gate[] = [
  { when: { all: [is('caller.blocked', 'equal', true)] }, outcome: 'reject' },
  {
    when: {
      all: [
        is('velocity.caller.10m', 'greaterThan', 5),
        { not: is('caller.priority', 'greaterThanInclusive', 90) },
      ],
    },
    outcome: 'reject',
  },
  { when: { all: [is('caller.priority', 'greaterThanInclusive', 80)] }, outcome: 'accept' },
  { when: { all: [is('hours.support', 'equal', 'holiday')] }, outcome: 'reject' },
  {
    when: {
      not: {
        all: [
          is('caller.attributes.weekday', 'in', [1, 2, 3, 4, 5]),
          is('caller.attributes.minute', 'greaterThanInclusive', 540),
          is('caller.attributes.minute', 'lessThan', 1080),
        ],
      },
    },
    outcome: 'reject',
  },
  { when: { all: [is('agents.support.status', 'equal', 'dnd')] }, outcome: 'voicemail' },
  {
    when: {
      all: [
        is('agents.support.available', 'greaterThan', 0),
        is('caller.attributes.queue', 'lessThan', 3),
      ],
    },
    outcome: 'accept',
  },
  {
    when: {
      any: [
        {
          all: [
            is('crm.found', 'equal', true),
            is('crm.tier', 'in', ['silver', 'gold', 'platinum']),
          ],
        },
        is('crm.openTickets', 'greaterThan', 0),
      ],
    },
    outcome: 'ai_pickup',
  },
]

const numbers = Array.from({ length: 24 }, (_, index) => `caller.attributes.n${index}`)
const texts = Array.from({ length: 8 }, (_, index) => `caller.attributes.s${index}`)
const numbersBelow = 1000
const words = Array.from({ length: 20 }, (_, index) => `w${index}`)

/**
 * Gates over 24 numbers and 8 texts, two or three leaves each, each true for one call in as many as
 * there are gates, so that the walk ends anywhere.
 */
export function generatedGates(count: number): Gate[] {
  const random = seededRandom(count)
  const number = () => numbers[random.int(numbers.length)] ?? ''
  const below = (chance: number) =>
    is(number(), 'lessThan', Math.round(numbersBelow * Math.min(0.999, chance)))
  const above = (chance: number) =>
    is(number(), 'greaterThanInclusive', Math.round(numbersBelow * (1 - Math.min(0.999, chance))))
  const text = () =>
    is(texts[random.int(texts.length)] ?? '', 'in', [
      words[random.int(10)] ?? '',
      words[10 + random.int(10)] ?? '',
    ])
  const shapes: (() => Condition)[] = [
    () => ({ all: [below(Math.sqrt(10 / count)), above(Math.sqrt(10 / count)), text()] }),
    () => ({ all: [below(Math.sqrt(1 / count)), above(Math.sqrt(1 / count))] }),
    () => ({ all: [{ any: [below(5 / count), above(5 / count)] }, text()] }),
    () => ({ all: [{ not: above(1 - 10 / count) }, text()] }),
  ]
  return Array.from({ length: count }, () => ({
    when: shapes[random.int(shapes.length)]?.() ?? text(),
    outcome: outcomeNames[random.int(3)] ?? defaultOutcome,
  }))
}

/** Everything the gates name, declared. */
export const installation: Installation = {
  ...emptyInstallation,
  calendars: { support: alwaysOpen() },
  agents: [{ id: 'ada', teams: ['support'], status: 'available', callEnabled: true }],
  assistants: [],
  connectors: ['default'],
  declared: {
    attributes: [
      ...[...numbers, 'weekday', 'minute', 'queue'].map((name) => declared(name, 'number')),
      ...texts.map((name) => declared(name, 'string')),
    ],
    crm: [declared('tier', 'string'), declared('openTickets', 'number')],
    mapping: {},
  },
}

function declared(name: string, type: 'string' | 'number') {
  return {
    name: name.slice(name.lastIndexOf('.') + 1),
    type,
    privacy: 'none',
    default: type === 'number' ? 0 : '',
  } as const
}

export function alwaysOpen() {
  const day: [string, string][] = [['00:00', '24:00']]
  const weekly = { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day }
  return { zone: 'Europe/Paris', weekly, holidays: [], overrides: [] }
}

const sorry = { text: 'Thank you for calling. Please write to us here and we will answer.' }

const outcomes: Readonly<Record<OutcomeName, PolicyNode>> = {
  accept: { kind: 'accept', target: { team: 'support' } },
  ai_pickup: { kind: 'ai_pickup', assistant: 'reception' },
  reject: { kind: 'reject', message: sorry },
  voicemail: { kind: 'voicemail', mode: 'record' },
}

const gateId = (index: number): string => `gate${index}`

/** Gates as the policy document a user would draw: each gate's `no` and `unknown` lead to the next. */
export function asPolicy(id: string, gates: readonly Gate[]): Policy {
  const drawn = gates.map((gate, index): [string, PolicyNode] => {
    const next = index + 1 < gates.length ? gateId(index + 1) : defaultOutcome
    const exits = { yes: gate.outcome, no: next, unknown: next }
    return [gateId(index), { kind: 'condition', when: gate.when, exits }]
  })
  return policySchema.parse({
    schema: 1,
    id,
    name: `${gates.length} gates`,
    numbers: ['*'],
    start: gateId(0),
    fallback: { kind: 'reject', message: sorry },
    nodes: { ...Object.fromEntries(drawn), ...outcomes },
  })
}

/** Calls whose facts vary as much as the gates do. */
export function randomFacts(count: number, seed: number): Facts[] {
  const random = seededRandom(seed)
  const oneOf = <T>(values: readonly T[], fallback: T): T =>
    values[random.int(values.length)] ?? fallback
  return Array.from({ length: count }, () => ({
    'caller.blocked': random.next() < 0.03,
    'velocity.caller.10m': random.int(7),
    'caller.priority': random.int(89),
    'hours.support': random.next() < 0.03 ? 'holiday' : 'open',
    'caller.attributes.weekday': 1 + random.int(7),
    'caller.attributes.minute': 480 + random.int(620),
    'agents.support.status': oneOf(['available', 'available', 'busy', 'dnd'], 'busy'),
    'agents.support.available': random.int(3),
    'caller.attributes.queue': random.int(8),
    'crm.found': random.next() < 0.5,
    'crm.tier': oneOf(['none', 'silver', 'gold', 'bronze'], 'none'),
    'crm.openTickets': random.next() < 0.2 ? 1 + random.int(3) : 0,
    ...Object.fromEntries(numbers.map((name) => [name, random.int(numbersBelow)])),
    ...Object.fromEntries(texts.map((name) => [name, oneOf(words, 'w0')])),
  }))
}
