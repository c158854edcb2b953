import { describe, expect, it } from 'vitest'
import { compile } from '../../server/policy/compile.ts'
import type { LeverInput } from '../../server/policy/why-not/levers.ts'
import { leversOf } from '../../server/policy/why-not/levers.ts'
import { calendarSchema } from '../../server/schema/calendar.ts'
import { installation, policyOf } from './engine-support.ts'
import type { Facts } from './why-not-support.ts'

const at = Date.parse('2026-11-20T13:32:00Z')
const day = 86_400_000
const shift: [string, string][] = [['09:00', '17:00']]
const place = {
  ...installation,
  calendars: {
    support: calendarSchema.parse({
      zone: 'UTC',
      weekly: { mon: shift, tue: shift, wed: shift, thu: [['10:00', '12:00']], fri: shift },
    }),
    sales: calendarSchema.parse({ zone: 'UTC', weekly: { sat: [['10:00', '12:00']] } }),
  },
}
const ends = { y: { kind: 'voicemail' }, n: { kind: 'voicemail' } }
const exits = { yes: 'y', no: 'n', unknown: 'n' }
const leaf = (fact: string, operator: string, value: unknown) => ({ fact, operator, value })

/** The levers of a call, with their slots by name. */
function levers(leaves: object[], facts: Facts, more: Partial<LeverInput> = {}) {
  const nodes = { gate: { kind: 'condition', when: { all: leaves }, exits }, ...ends }
  const compiled = compile(policyOf(nodes), place)
  const values = compiled.facts.map((name) => facts[name])
  const told = leversOf({ compiled, values, at, installation: place, ...more })
  const found = told.levers.map(({ kind, slots, was, others }) => ({
    kind,
    was: Object.fromEntries(slots.map((slot, index) => [compiled.facts[slot] ?? '', was[index]])),
    others: others.map(({ values: to }) => to),
    distances: others.map(({ distance }) => Number(distance.toFixed(4))),
  }))
  const base = Object.fromEntries(compiled.facts.map((name, slot) => [name, told.base[slot]]))
  return { told, compiled, values, found, base }
}

describe('what can be changed about a call', () => {
  it('is each fact by itself, but not who calls and which call it is', () => {
    const { told, compiled, found } = levers(
      [
        leaf('caller.known', 'equal', true),
        leaf('caller.key', 'equal', 'x'),
        leaf('call.id', 'equal', 'x'),
        leaf('caller.priority', 'greaterThan', 5),
      ],
      { 'caller.known': false, 'caller.key': 'k', 'call.id': 'c', 'caller.priority': 5 },
    )
    expect(found).toEqual([
      { kind: 'fact', was: { 'caller.known': false }, others: [[true]], distances: [1] },
      { kind: 'fact', was: { 'caller.priority': 5 }, others: [[6]], distances: [0.1429] },
    ])
    const leverOf = (name: string) => told.bySlot.get(compiled.facts.indexOf(name))
    expect(leverOf('caller.priority')).toBe(told.levers[1])
    expect(leverOf('caller.key')).toBeUndefined()
    expect(told.complete).toBe(true)
  })

  it('is not all of it where values were left out', () => {
    const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((tag) => leaf('caller.tags', 'contains', tag))
    const known = leaf('caller.known', 'equal', true)
    const facts = { 'caller.tags': [], 'caller.known': true }
    expect(levers([known, ...six], facts).told.complete).toBe(true)
    const seven = [known, ...six, leaf('caller.tags', 'contains', 'g')]
    expect(levers(seven, facts).told.complete).toBe(false)
  })
})

describe('the time of a call', () => {
  const open = leaf('hours.support', 'equal', 'open')

  it('moves all calendars, asked for or not', () => {
    const { found, base, values } = levers([open, leaf('hours.sales', 'equal', 'open')], {
      'hours.support': 'open',
    })
    expect(values.toSorted()).toEqual(['open', undefined])
    expect(base).toEqual({ 'hours.support': 'open', 'hours.sales': 'closed' })
    expect(found).toEqual([
      {
        kind: 'time',
        was: { 'hours.support': 'open', 'hours.sales': 'closed' },
        others: [
          ['closed', 'closed'],
          ['closed', 'open'],
        ],
        // to 17:00, 3 h 28 min on, and to 10:00 on Saturday, 20 h 28 min on
        distances: [0.3883, 0.6222],
      },
    ])
  })

  it('does not move what was stated otherwise, nor what is not known', () => {
    const { found, base } = levers([open, leaf('hours.sales', 'equal', 'open')], {
      'hours.support': 'holiday',
      'hours.sales': 'closed',
    })
    expect(found.map(({ kind, was }) => [kind, was])).toEqual([
      ['time', { 'hours.sales': 'closed' }],
      ['fact', { 'hours.support': 'holiday' }],
    ])
    expect(base['hours.support']).toBe('holiday')
    const sla = [leaf('hours.sla', 'equal', 'open')]
    expect(levers(sla, {}).found.map(({ kind }) => kind)).toEqual(['fact'])
    expect(levers(sla, { 'hours.sla': null }).found.map(({ kind }) => kind)).toEqual(['fact'])
    const contact = { slaCalendar: 'support' }
    expect(levers(sla, {}, { contact }).found.map(({ kind }) => kind)).toEqual(['time'])
  })

  it('is not moved where nothing asks for it', () => {
    const { found } = levers([leaf('caller.known', 'equal', true)], { 'caller.known': true })
    expect(found.map(({ kind }) => kind)).toEqual(['fact'])
  })

  it('is told apart only as far as the policy does', () => {
    const today = [leaf('hours.support.today', 'equal', '10:00–12:00')]
    const { found } = levers(today, { 'hours.support.today': '09:00–17:00' })
    expect(found[0]?.others).toEqual([['10:00–12:00']])
    const opens = [leaf('hours.support.nextOpen', 'greaterThan', '2026-11-24T00:00:00Z')]
    const next = levers(opens, { 'hours.support.nextOpen': at })
    expect(next.found[0]?.others).toEqual([[Date.parse('2026-11-24T09:00:00Z')]])
  })

  it('is told apart from a number that another fact is', () => {
    const name = 'caller.attributes.i1'
    const later = [leaf('hours.support.nextOpen', 'greaterThan', { fact: name })]
    const monday = Date.parse('2026-11-23T09:00:00Z')
    const facts = { 'hours.support.nextOpen': at, [name]: monday }
    const { found } = levers(later, facts)
    // while it is open it opens next at that very time
    expect(found[0]?.others).toEqual([[monday], [monday + 1]])
  })

  it('is told apart word by word where another fact is a word, and where one is not known', () => {
    const name = 'caller.attributes.s1'
    const same = [leaf('hours.support.today', 'equal', { fact: name })]
    const today = '09:00–17:00'
    const words = levers(same, { 'hours.support.today': today, [name]: 'x' })
    expect(words.found[0]?.others.toSorted()).toEqual([[''], ['10:00–12:00']])
    const unknown = levers(same, { 'hours.support.today': today })
    expect(unknown.found[0]?.others.toSorted()).toEqual([[''], ['10:00–12:00']])
  })

  it('is cut at instants that the policy names, and that facts beside it hold', () => {
    const name = 'caller.attributes.i1'
    const cut = at + 3 * day
    const named = levers([leaf('call.at', 'lessThan', new Date(cut).toISOString())], {
      'call.at': at,
    })
    expect(named.found).toEqual([
      { kind: 'time', was: { 'call.at': at }, others: [[cut]], distances: [0.825] },
    ])
    const held = levers([leaf('call.at', 'lessThan', { fact: name })], {
      'call.at': at,
      [name]: cut,
    })
    expect(held.found[0]?.others).toEqual([[cut], [cut + 1]])
  })
})

describe('a team', () => {
  const [status, available] = ['agents.support.status', 'agents.support.available']
  const asked = [leaf(status, 'equal', 'available'), leaf(available, 'greaterThan', 2)]
  const team = (word: string | null, count: number | null) =>
    levers(asked, { [status]: word, [available]: count }).found

  it('is busy with nobody available, or available with somebody', () => {
    expect(team('busy', 0)).toEqual([
      {
        kind: 'team',
        was: { [status]: 'busy', [available]: 0 },
        others: [
          ['dnd', 0],
          ['offline', 0],
          ['available', 1],
          ['available', 3],
        ],
        distances: [1, 1, 1.5, 1.75],
      },
    ])
  })

  it('is farther the more agents there are to change', () => {
    expect(team('available', 4)).toEqual([
      {
        kind: 'team',
        was: { [status]: 'available', [available]: 4 },
        others: [
          ['available', 2],
          ['available', 1],
          ['busy', 0],
          ['dnd', 0],
          ['offline', 0],
        ],
        // 1 + difference / (difference + 4 + 1)
        distances: [1.2857, 1.375, 1.4444, 1.4444, 1.4444],
      },
    ])
  })

  it.each<[string | null, number | null]>([
    ['busy', 1],
    ['available', 0],
    [null, 1],
    ['available', null],
  ])('is two facts by themselves when it is %s and %s', (word, count) => {
    expect(team(word, count).map(({ kind }) => kind)).toEqual(['fact', 'fact'])
  })

  it('is one fact where only one is asked for', () => {
    const one = levers([asked[0] ?? {}], { [status]: 'available', [available]: 3 })
    expect(one.found.map(({ kind, was }) => [kind, was])).toEqual([
      ['fact', { [status]: 'available' }],
    ])
    const agent = [leaf('agent.ana.status', 'equal', 'busy'), asked[1] ?? {}]
    const both = levers(agent, { 'agent.ana.status': 'available', [available]: 3 })
    expect(both.found.map(({ kind }) => kind)).toEqual(['fact', 'fact'])
  })
})
