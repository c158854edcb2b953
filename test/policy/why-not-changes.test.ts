import { describe, expect, it } from 'vitest'
import { compile } from '../../server/policy/compile.ts'
import type { WhyNotInput } from '../../server/policy/why-not/why-not.ts'
import { whyNot } from '../../server/policy/why-not/why-not.ts'
import { calendarSchema } from '../../server/schema/calendar.ts'
import { agentSchema } from '../../server/schema/seeds.ts'
import type { Nodes } from './engine-support.ts'
import { installation, policyOf } from './engine-support.ts'
import type { Facts } from './why-not-support.ts'
import { readerOf } from './why-not-support.ts'

const instant = (text: string): number => Date.parse(text)
const at = instant('2026-11-20T13:32:00Z')
const shift: [string, string][] = [['09:00', '17:00']]
const place = {
  ...installation,
  reportZone: 'Asia/Tokyo',
  calendars: {
    support: calendarSchema.parse({
      zone: 'Europe/Berlin',
      weekly: { mon: shift, tue: shift, wed: shift, thu: shift, fri: [['09:00', '15:00']] },
    }),
    night: calendarSchema.parse({
      zone: 'America/New_York',
      weekly: { fri: [['20:00', '22:00']] },
    }),
  },
  agents: [agentSchema.parse({ id: 'ana', teams: ['support'] })],
}

const ends: Nodes = Object.fromEntries(
  ['a', 'b', 'c', 'd'].map((id) => [id, { kind: 'reject', message: { text: id } }]),
)
const gate = (when: object, yes: string, no: string, unknown?: string) => ({
  kind: 'condition',
  when,
  exits: { yes, no, ...(unknown === undefined ? {} : { unknown }) },
})
const leaf = (fact: string, operator: string, value: unknown) => ({ fact, operator, value })

function ask(nodes: Nodes, facts: Facts, more: Partial<WhyNotInput> = {}) {
  const compiled = compile(policyOf({ ...nodes, ...ends }), place)
  return whyNot({ compiled, read: readerOf(facts), at, installation: place, ...more })
}

const changesTo = (node: string, nodes: Nodes, facts: Facts, more: Partial<WhyNotInput> = {}) =>
  ask(nodes, facts, more).alternatives.find((one) => one.node === node)?.changes

describe('a number that would have to be otherwise', () => {
  const priority = 'caller.priority'
  const ranges = {
    low: gate(leaf(priority, 'lessThan', 10), 'a', 'middle'),
    middle: gate(leaf(priority, 'lessThanInclusive', 20), 'b', 'high'),
    high: gate(leaf(priority, 'lessThan', 30), 'c', 'd'),
  }

  it.each([
    ['b', 5, { value: 10, least: 10, most: 20 }],
    ['c', 5, { value: 21, above: 20, below: 30 }],
    ['d', 5, { value: 30, least: 30 }],
    ['a', 50, { value: 9, below: 10 }],
    ['b', 50, { value: 20, least: 10, most: 20 }],
    ['c', 50, { value: 29, above: 20, below: 30 }],
  ])('leads to %s from %d anywhere between its bounds', (node, was, change) => {
    expect(changesTo(node, ranges, { [priority]: was })).toEqual([
      { kind: 'number', fact: priority, was, ...change },
    ])
  })

  const calls = 'velocity.caller.10m'
  const whole = (yes: object[]) => ({ first: gate({ all: yes }, 'a', 'b') })
  it.each([
    [
      [leaf(calls, 'greaterThan', 3), leaf(calls, 'lessThan', 7)],
      9,
      { value: 6, least: 4, most: 6 },
    ],
    [
      [leaf(calls, 'greaterThan', 3), leaf(calls, 'lessThan', 7)],
      1,
      { value: 4, least: 4, most: 6 },
    ],
    [
      [leaf(calls, 'greaterThan', 2.5), leaf(calls, 'lessThan', 5.5)],
      9,
      { value: 5, least: 3, most: 5 },
    ],
    [[leaf(calls, 'greaterThan', 0), leaf(calls, 'lessThan', 3)], 9, { value: 2, most: 2 }],
    [
      [leaf(calls, 'greaterThan', 1), leaf(calls, 'lessThan', 4)],
      9,
      { value: 3, least: 2, most: 3 },
    ],
    [[leaf(calls, 'lessThanInclusive', 3)], 9, { value: 3, most: 3 }],
    [[leaf(calls, 'greaterThanInclusive', 9)], 2, { value: 9, least: 9 }],
  ])('is whole where only whole numbers occur: %o', (yes, was, change) => {
    expect(changesTo('a', whole(yes), { [calls]: was })).toEqual([
      { kind: 'number', fact: calls, was, ...change },
    ])
  })

  it('goes past a literal that never occurs, and stops where one step is an other end', () => {
    const nodes = {
      first: gate(leaf(calls, 'equal', 3.5), 'c', 'second'),
      second: gate(
        { all: [leaf(calls, 'greaterThan', 2), leaf(calls, 'lessThan', 9)] },
        'third',
        'b',
      ),
      third: gate(leaf(calls, 'equal', 6), 'd', 'a'),
    }
    expect(changesTo('a', nodes, { [calls]: 1 })).toEqual([
      { kind: 'number', fact: calls, was: 1, value: 3, least: 3, most: 5 },
    ])
    expect(changesTo('d', nodes, { [calls]: 1 })).toEqual([
      { kind: 'number', fact: calls, was: 1, value: 6, least: 6, most: 6 },
    ])
  })

  it('has no bounds of its own where it is compared with another fact', () => {
    const nodes = { first: gate(leaf(priority, 'greaterThan', { fact: 'crm.score' }), 'a', 'b') }
    expect(changesTo('a', nodes, { [priority]: 3, 'crm.score': 10 })).toEqual([
      { kind: 'value', fact: 'crm.score', was: 10, value: 2 },
    ])
  })

  it('says nothing of what it was where nobody asked, and null where it was unknown', () => {
    const score = 'crm.score'
    const nodes = { first: gate(leaf(score, 'greaterThan', 10), 'a', 'b', 'c') }
    expect(changesTo('a', nodes, {})).toStrictEqual([
      { kind: 'number', fact: score, value: 11, above: 10 },
    ])
    expect(changesTo('a', nodes, { [score]: null })).toEqual([
      { kind: 'number', fact: score, was: null, value: 11, above: 10 },
    ])
    expect(changesTo('c', nodes, { [score]: 1 })).toEqual([
      { kind: 'value', fact: score, was: 1, value: null },
    ])
  })
})

describe('a word or a list that would have to be otherwise', () => {
  const tier = 'caller.tier'
  const tiers = { first: gate(leaf(tier, 'in', ['gold', 'silver', 5]), 'a', 'b') }

  it('is a word of the policy, or any but those', () => {
    expect(changesTo('a', tiers, { [tier]: 'iron' })).toEqual([
      { kind: 'value', fact: tier, was: 'iron', value: 'gold' },
    ])
    expect(changesTo('b', tiers, { [tier]: 'gold' })).toEqual([
      { kind: 'other', fact: tier, was: 'gold', value: 'something else', not: ['gold', 'silver'] },
    ])
  })

  it('is a word that was tried where it is compared with another fact', () => {
    const nodes = { first: gate(leaf(tier, 'equal', { fact: 'caller.country' }), 'a', 'b') }
    expect(changesTo('b', nodes, { [tier]: 'x', 'caller.country': 'x' })).toEqual([
      { kind: 'value', fact: tier, was: 'x', value: 'something else' },
    ])
  })

  it('is one of few where there are few', () => {
    const status = 'agent.ana.status'
    const nodes = { first: gate(leaf(status, 'equal', 'busy'), 'a', 'b') }
    expect(changesTo('b', nodes, { [status]: 'busy' })).toEqual([
      { kind: 'value', fact: status, was: 'busy', value: 'available' },
    ])
  })

  it('is a list with something more, and something less', () => {
    const tags = 'caller.tags'
    const nodes = {
      first: gate(
        { all: [leaf(tags, 'contains', 'x'), leaf(tags, 'doesNotContain', 'y')] },
        'a',
        'b',
      ),
    }
    expect(changesTo('a', nodes, { [tags]: ['y', 'z'] })).toEqual([
      {
        kind: 'list',
        fact: tags,
        was: ['y', 'z'],
        value: ['z', 'x'],
        added: ['x'],
        removed: ['y'],
      },
    ])
    const list = 'caller.attributes.l1'
    expect(
      changesTo('a', { first: gate(leaf(list, 'contains', 'x'), 'a', 'b', 'c') }, { [list]: null }),
    ).toEqual([{ kind: 'list', fact: list, was: null, value: ['x'], added: ['x'], removed: [] }])
  })
})

describe('a time that would have to be otherwise', () => {
  const hours = (calendar: string, open: string, closed: string) => ({
    kind: 'hours',
    calendar,
    exits: { open, closed, holiday: closed, unknown: closed },
  })

  it('is told by the calendar that changes the way, in its zone', () => {
    const nodes = { first: hours('support', 'second', 'a'), second: hours('night', 'c', 'b') }
    const facts = { 'hours.support': 'open', 'hours.night': 'closed' }
    expect(changesTo('a', nodes, facts)).toEqual([
      {
        kind: 'time',
        fact: 'hours.support',
        zone: 'Europe/Berlin',
        at: instant('2026-11-20T14:00:00Z'),
        from: instant('2026-11-20T14:00:00Z'),
        until: instant('2026-11-21T01:00:00Z'),
      },
    ])
    const late = instant('2026-11-21T01:30:00Z')
    const open = { 'hours.support': 'closed', 'hours.night': 'open' }
    const first = { first: hours('night', 'a', 'second'), second: hours('support', 'b', 'c') }
    expect(changesTo('c', first, open, { at: late })).toEqual([
      {
        kind: 'time',
        fact: 'hours.night',
        zone: 'America/New_York',
        at: instant('2026-11-21T00:59:59.999Z'),
        from: instant('2026-11-20T14:00:00Z'),
        until: instant('2026-11-21T01:00:00Z'),
      },
    ])
  })

  it('names the calendar, not what is told of it', () => {
    const nodes = {
      first: hours('support', 'c', 'second'),
      second: gate(leaf('hours.support.today', 'equal', ''), 'a', 'b'),
    }
    const facts = { 'hours.support': 'open', 'hours.support.today': '09:00–15:00' }
    expect(changesTo('a', nodes, facts)).toMatchObject([
      { kind: 'time', fact: 'hours.support', from: instant('2026-11-20T23:00:00Z') },
    ])
  })

  it('is in the zone of reports where the policy names an instant', () => {
    const noon = instant('2026-11-21T12:00:00Z')
    const when = leaf('call.at', 'greaterThanInclusive', '2026-11-21T12:00:00Z')
    expect(changesTo('a', { first: gate(when, 'a', 'b') }, { 'call.at': at })).toEqual([
      {
        kind: 'time',
        fact: 'call.at',
        zone: 'Asia/Tokyo',
        at: noon,
        from: noon,
        until: at + 15 * 86_400_000,
      },
    ])
  })

  it("is told by the contact's own calendar", () => {
    const facts = { 'hours.sla': 'open' }
    const contact = { slaCalendar: 'support' }
    expect(changesTo('b', { first: hours('sla', 'a', 'b') }, facts, { contact })).toMatchObject([
      { kind: 'time', fact: 'hours.sla', zone: 'Europe/Berlin' },
    ])
  })

  it('leaves alone a calendar that was stated to say something else', () => {
    expect(
      changesTo('a', { first: hours('support', 'a', 'b') }, { 'hours.support': 'holiday' }),
    ).toEqual([{ kind: 'value', fact: 'hours.support', was: 'holiday', value: 'open' }])
  })

  it('is known although nobody asked for it', () => {
    const nodes = {
      first: gate(leaf('caller.known', 'equal', true), 'second', 'a'),
      second: hours('support', 'b', 'c'),
    }
    const told = ask(nodes, { 'caller.known': false })
    expect(
      told.alternatives.map(({ node, changes }) => [node, changes.map(({ kind }) => kind)]),
    ).toEqual([
      ['b', ['value']],
      ['c', ['value', 'time']],
    ])
  })
})

describe('a team that would have to be otherwise', () => {
  const [status, available] = ['agents.support.status', 'agents.support.available']
  const nodes = {
    first: gate(leaf(available, 'greaterThan', 2), 'a', 'second'),
    second: gate(leaf(status, 'equal', 'available'), 'b', 'third'),
    third: gate(leaf(status, 'equal', 'dnd'), 'c', 'd'),
  }
  const team = (word: string, count: number) => [
    { kind: 'team', team: 'support', status: word, available: count },
  ]

  it('changes its status and the number of available agents together', () => {
    const facts = { [status]: 'busy', [available]: 0 }
    expect(ask(nodes, facts).node).toBe('d')
    expect(changesTo('a', nodes, facts)).toEqual(team('available', 3))
    expect(changesTo('b', nodes, facts)).toEqual(team('available', 1))
    expect(changesTo('c', nodes, facts)).toEqual(team('dnd', 0))
  })

  it('has nobody available where it is not', () => {
    const facts = { [status]: 'available', [available]: 5 }
    expect(ask(nodes, facts).node).toBe('a')
    expect(changesTo('b', nodes, facts)).toEqual(team('available', 2))
    expect(changesTo('c', nodes, facts)).toEqual(team('dnd', 0))
    expect(changesTo('d', nodes, facts)).toEqual(team('busy', 0))
    expect(ask(nodes, facts).alternatives.find(({ node }) => node === 'd')?.facts).toEqual({
      [status]: 'busy',
      [available]: 0,
    })
  })

  it('is two facts where they did not follow from each other', () => {
    const facts = { [status]: 'busy', [available]: 2 }
    expect(changesTo('a', nodes, facts)).toEqual([
      { kind: 'number', fact: available, was: 2, value: 3, least: 3 },
    ])
    expect(changesTo('b', nodes, facts)).toEqual([
      { kind: 'value', fact: status, was: 'busy', value: 'available' },
    ])
    const none = { [status]: 'available', [available]: 0 }
    expect(changesTo('c', nodes, none)).toEqual([
      { kind: 'value', fact: status, was: 'available', value: 'dnd' },
    ])
  })
})

describe('what is looked for', () => {
  const known = 'caller.known'

  it('is not who calls, and not which call it is', () => {
    const nodes = {
      first: gate(leaf('caller.key', 'equal', 'x'), 'a', 'second'),
      second: gate(leaf('call.id', 'equal', 'x'), 'b', 'third'),
      third: gate(leaf('caller.phone', 'equal', '+491'), 'c', 'd'),
    }
    const told = ask(nodes, { 'caller.key': 'k', 'call.id': 'i', 'caller.phone': '' })
    expect(told).toMatchObject({ node: 'd', complete: true })
    expect(told.alternatives.map(({ node }) => node)).toEqual(['c'])
  })

  it('is the fallback, too', () => {
    const nodes = { first: gate(leaf('crm.found', 'equal', true), 'a', 'b') }
    expect(ask(nodes, { 'crm.found': true }).alternatives).toEqual([
      {
        node: 'b',
        outcome: 'reject',
        changes: [{ kind: 'value', fact: 'crm.found', was: true, value: false }],
        facts: { 'crm.found': false },
      },
      {
        node: 'fallback',
        outcome: 'reject',
        changes: [{ kind: 'value', fact: 'crm.found', was: true, value: null }],
        facts: { 'crm.found': null },
      },
    ])
  })

  it('begins where nobody asked for a fact, and then says no end', () => {
    const nodes = {
      first: gate(leaf(known, 'equal', true), 'second', 'a'),
      second: gate(leaf('caller.blocked', 'equal', true), 'b', 'c'),
    }
    const told = ask(nodes, {})
    expect(told.node).toBeUndefined()
    expect(told.alternatives.map(({ node, changes }) => [node, changes])).toEqual([
      ['a', [{ kind: 'value', fact: known, value: false }]],
      [
        'b',
        [
          { kind: 'value', fact: known, value: true },
          { kind: 'value', fact: 'caller.blocked', value: true },
        ],
      ],
      [
        'c',
        [
          { kind: 'value', fact: known, value: true },
          { kind: 'value', fact: 'caller.blocked', value: false },
        ],
      ],
    ])
  })

  it('is fewer changes before nearer ones', () => {
    const priority = 'caller.priority'
    const nodes = {
      first: gate(leaf(priority, 'greaterThan', 1_000_000), 'a', 'second'),
      second: gate(leaf(priority, 'greaterThan', 10), 'third', 'b'),
      third: gate(leaf('crm.score', 'greaterThan', 10), 'a', 'b'),
    }
    expect(changesTo('a', nodes, { [priority]: 10, 'crm.score': 10 })).toMatchObject([
      { fact: priority, value: 1_000_001 },
    ])
    expect(changesTo('a', nodes, { [priority]: 11, 'crm.score': 10 })).toMatchObject([
      { fact: 'crm.score', value: 11 },
    ])
  })

  /** Ends at `a` only where all of these are true. */
  const chain = (count: number): Nodes =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `g${index}`,
        gate(
          leaf(`caller.attributes.x${index}`, 'equal', 'yes'),
          index === count - 1 ? 'a' : `g${index + 1}`,
          'b',
          'b',
        ),
      ]),
    )
  const allNo = (count: number): Facts =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`caller.attributes.x${index}`, 'no']),
    )

  it.each([
    [4, {}, 1, true],
    [5, {}, 0, false],
    [5, { changes: 5 }, 1, true],
    [2, { changes: 1 }, 0, false],
    [2, { changes: 2 }, 1, true],
  ])('is up to four changes, or as many as is said: %d by %o', (count, limits, ways, complete) => {
    const told = ask(chain(count), allNo(count), { limits })
    expect(told.node).toBe('b')
    expect([told.alternatives.length, told.complete]).toEqual([ways, complete])
  })

  // the call as it was: its gate twice, before and after its fact is there, and its end; then the other way
  it.each([
    [5, true],
    [4, false],
  ])('is cut short after so many evaluations: %d', (evaluations, complete) => {
    const told = ask(chain(1), allNo(1), { limits: { evaluations } })
    expect(told.complete).toBe(complete)
  })

  it('goes on once where ways are alike in all that is still asked for', () => {
    const asked = Array.from({ length: 12 }, (_, index) => `caller.attributes.x${index}`)
    const diamonds: Nodes = Object.fromEntries(
      asked.map((fact, index) => {
        const next = index === asked.length - 1 ? 'last' : `g${index + 1}`
        return [`g${index}`, gate(leaf(fact, 'equal', 'yes'), next, next, next)]
      }),
    )
    const nodes = { ...diamonds, last: gate(leaf(known, 'equal', true), 'a', 'b') }
    const facts = Object.fromEntries([[known, false], ...asked.map((fact) => [fact, 'no'])])
    // the way as it was: two for each gate and one for its end; each fact has two other values
    const told = ask(nodes, facts, { limits: { evaluations: 27 + 2 * 12 + 2 } })
    expect(told.complete).toBe(true)
    expect(told.alternatives.map(({ node }) => node)).toEqual(['a'])
  })

  it('does not take a fact nobody asked for on this way for one that was settled', () => {
    const blocked = 'caller.blocked'
    const nodes = {
      first: gate(leaf(known, 'equal', true), 'second', 'third'),
      second: gate(leaf(blocked, 'equal', true), 'third', 'a'),
      third: gate(leaf(blocked, 'equal', true), 'b', 'c'),
    }
    expect(changesTo('c', nodes, { [known]: true, [blocked]: true })).toEqual([
      { kind: 'value', fact: known, was: true, value: false },
      { kind: 'value', fact: blocked, was: true, value: false },
    ])
  })

  it('is the nearest of several ways to an end, and all of it where every end was come to', () => {
    const [score, tier] = ['crm.score', 'caller.tier']
    const nodes = {
      first: gate(leaf(score, 'greaterThan', 1000), 'a', 'second', 'b'),
      second: gate(leaf(tier, 'equal', 'gold'), 'a', 'third'),
      third: gate(leaf(score, 'greaterThan', 10), 'a', 'fourth', 'b'),
      fourth: gate(leaf('caller.key', 'equal', 'x'), 'd', 'b'),
    }
    const facts = { [score]: 10, [tier]: 'iron', 'caller.key': 'k' }
    expect(changesTo('a', nodes, facts)).toMatchObject([{ fact: score, value: 11 }])
    const two = {
      first: gate(leaf(known, 'equal', true), 'second', 'b'),
      second: gate(leaf('caller.blocked', 'equal', true), 'a', 'a'),
    }
    const told = ask(two, { [known]: false, 'caller.blocked': false })
    expect(told).toMatchObject({ node: 'b', complete: true })
  })
})
