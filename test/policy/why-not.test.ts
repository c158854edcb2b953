import { describe, expect, it } from 'vitest'
import { calendarSchema } from '../../server/schema/calendar.ts'
import { compile } from '../../server/policy/compile.ts'
import { memoryFacts, strangerFile } from '../../server/policy/memory-facts.ts'
import { hoursState } from '../../server/policy/schedule.ts'
import { whyNot } from '../../server/policy/why-not/why-not.ts'
import type { Change } from '../../server/schema/why-not.ts'
import { installation, policyOf } from './engine-support.ts'
import { chosenSeed, times } from '../chance.ts'
import { randomFrom } from './random-conditions.ts'
import {
  bruteForce,
  compiled,
  domains,
  endOf,
  picker,
  promised,
  randomFacts,
  randomPolicy,
  readerOf,
} from './why-not-support.ts'

const at = Date.parse('2026-11-20T13:32:00Z')
const seed = chosenSeed
const allNames = Object.keys(domains)

function some<T>(all: readonly T[], count: number, random: () => number): T[] {
  return all
    .map((one) => ({ one, place: random() }))
    .sort((a, b) => a.place - b.place)
    .slice(0, count)
    .map(({ one }) => one)
}

type Bounds = Extract<Change, { kind: 'number' }>
const isWithin = ({ least, above, most, below }: Bounds, value: number): boolean =>
  value >= (least ?? -Infinity) &&
  value > (above ?? -Infinity) &&
  value <= (most ?? Infinity) &&
  value < (below ?? Infinity)

describe('why not', () => {
  it(
    `keeps every promise, on 1,000 random decisions (seed ${seed})`,
    () => {
      const random = randomFrom(seed)
      let kept = 0
      for (let index = 0; index < times(1000); index += 1) {
        const names = some(allNames, 2 + Math.floor(random() * 7), random)
        const policy = compiled(randomPolicy(names, 3 + Math.floor(random() * 12), random))
        const facts = randomFacts(names, random)
        const { node, alternatives } = whyNot({
          compiled: policy,
          read: readerOf(facts),
          at,
          installation,
        })
        expect(node).toBe(endOf(policy, facts))
        for (const alternative of alternatives) {
          const after = promised(facts, alternative)
          expect(endOf(policy, after)).toBe(alternative.node)
          expect(alternative.node).not.toBe(node)
          for (const change of alternative.changes) {
            kept += 1
            if (change.kind !== 'number') continue
            const broken = (domains[change.fact] ?? []).filter(
              (value) =>
                typeof value === 'number' &&
                isWithin(change, value) &&
                endOf(policy, { ...after, [change.fact]: value }) !== alternative.node,
            )
            expect(broken).toEqual([])
          }
        }
      }
      expect(kept).toBeGreaterThan(times(1000))
    },
    times(120_000),
  )

  it(
    `finds the fewest changes that brute force finds (seed ${seed})`,
    () => {
      const random = randomFrom(seed + 1)
      const spaces = [
        ['caller.known', 'caller.priority', 'crm.found', 'agents.support.status'],
        ['velocity.caller.10m', 'crm.score', 'caller.tier'],
        ['caller.tags', 'crm.found', 'caller.known', 'caller.tier'],
      ]
      let compared = 0
      for (let index = 0; index < times(60); index += 1) {
        const names = picker(random)(spaces)
        const policy = compiled(randomPolicy(names, 3 + Math.floor(random() * 5), random))
        const facts = randomFacts(names, random)
        const { node, alternatives, complete } = whyNot({
          compiled: policy,
          read: readerOf(facts),
          at,
          installation,
        })
        expect(complete).toBe(true)
        const fewest = bruteForce(policy, facts)
        if (node !== undefined) fewest.delete(node)
        const found = alternatives.map((one) => [one.node, one.changes.length] as const)
        expect(Object.fromEntries(found)).toEqual(Object.fromEntries(fewest))
        compared += fewest.size
      }
      expect(compared).toBeGreaterThan(times(60))
    },
    times(120_000),
  )

  describe('on the main line', () => {
    const calendar = calendarSchema.parse({
      zone: 'Europe/Berlin',
      weekly: Object.fromEntries(
        ['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, [['09:00', '17:00']]]),
      ),
      holidays: [{ date: '2026-12-25' }],
    })
    const place = { ...installation, calendars: { support: calendar } }
    const policy = compile(
      policyOf({
        vip: { kind: 'vip', minPriority: 80, exits: { yes: 'owner', no: 'hours' } },
        owner: { kind: 'accept', target: { owner: true } },
        hours: {
          kind: 'hours',
          calendar: 'support',
          exits: { open: 'team', closed: 'closed', holiday: 'feast', unknown: 'team' },
        },
        team: {
          kind: 'agents',
          team: 'support',
          exits: { available: 'ring', busy: 'ai', dnd: 'closed', offline: 'vm', unknown: 'ring' },
        },
        ring: { kind: 'accept', target: { team: 'support' } },
        ai: { kind: 'ai_pickup', assistant: 'reception' },
        vm: { kind: 'voicemail' },
        closed: { kind: 'reject', message: { text: 'Closed.' } },
        feast: { kind: 'reject', message: { text: 'Holiday.' } },
      }),
      place,
    )
    const tell = (when: number, status: 'busy' | 'available' | 'offline' = 'busy') => {
      const agents = place.agents.map((agent) => ({ ...agent, status, callEnabled: true }))
      const read = memoryFacts({
        call: { ref: 'call', line: 'line', media: 'voice', at: when },
        caller: { ...strangerFile(), contact: { phone: '+4915112345678', priority: 35 } },
        installation: { ...place, agents },
        velocity: () => 1,
        msNow: () => 0,
      })
      return whyNot({ compiled: policy, read, at: when, installation: place })
    }
    const changesTo = (node: string, { alternatives }: ReturnType<typeof whyNot>) =>
      alternatives.find((one) => one.node === node)?.changes

    it('names the number that would do, the agent, and the hour', () => {
      const told = tell(Date.parse('2026-11-20T13:32:00Z'))
      expect(told.node).toBe('ai')
      expect(changesTo('owner', told)).toEqual([
        { kind: 'number', fact: 'caller.priority', was: 35, value: 80, least: 80 },
      ])
      expect(changesTo('ring', told)).toEqual([
        { kind: 'value', fact: 'agents.support.status', was: 'busy', value: 'available' },
      ])
      expect(changesTo('closed', told)).toMatchObject([
        { kind: 'time', from: Date.parse('2026-11-20T16:00:00Z') },
      ])
      const from = Date.parse('2026-12-24T23:00:00Z')
      expect(changesTo('feast', told)).toEqual([
        {
          kind: 'time',
          fact: 'hours.support',
          zone: 'Europe/Berlin',
          at: from,
          from,
          until: Date.parse('2026-12-25T23:00:00Z'),
        },
      ])
    })

    it('says from when on a call in the night would have been taken', () => {
      const early = tell(Date.parse('2026-11-20T05:00:00Z'), 'available')
      expect(changesTo('ring', early)).toMatchObject([
        { kind: 'time', from: Date.parse('2026-11-20T08:00:00Z') },
      ])
      const late = tell(Date.parse('2026-11-20T17:05:00Z'), 'available')
      const five = Date.parse('2026-11-20T16:00:00Z')
      expect(changesTo('ring', late)).toMatchObject([{ kind: 'time', until: five, at: five - 1 }])
    })

    it('moves a call no farther than the nearest minute that does', () => {
      const minute = 60_000
      const random = randomFrom(seed + 2)
      for (let index = 0; index < times(20); index += 1) {
        const when =
          Date.parse('2026-11-16T00:00:00Z') + Math.floor(random() * 14 * 24 * 60) * minute
        const told = tell(when, 'available')
        const wanted = hoursState(calendar, when) === 'open' ? 'closed' : 'ring'
        const change = changesTo(wanted, told)?.find(({ kind }) => kind === 'time')
        if (change?.kind !== 'time') {
          expect(wanted).toBe('closed')
          continue
        }
        const gap = Math.abs(change.at - when)
        const state = hoursState(calendar, change.at)
        expect(state).toBe(wanted === 'ring' ? 'open' : 'closed')
        const nearer: number[] = []
        for (let by = minute; by < Math.min(gap, 12 * 60 * minute); by += minute)
          for (const other of [when + by, when - by])
            if (hoursState(calendar, other) === state) nearer.push(other)
        expect(nearer).toEqual([])
      }
    })
  })

  it('moves the time across an instant that another fact holds', () => {
    const policy = compiled(
      policyOf({
        after: {
          kind: 'condition',
          when: {
            fact: 'caller.attributes.i1',
            operator: 'greaterThan',
            value: { fact: 'call.at' },
          },
          exits: { yes: 'early', no: 'late' },
        },
        early: { kind: 'reject', message: { text: 'early' } },
        late: { kind: 'voicemail' },
      }),
    )
    const until = at + 2 * 3_600_000
    const facts = { 'caller.attributes.i1': until, 'call.at': at }
    const told = whyNot({ compiled: policy, read: readerOf(facts), at, installation })
    expect(told.complete).toBe(true)
    expect(told.alternatives[0]).toMatchObject({
      node: 'late',
      changes: [{ kind: 'time', from: until, at: until }],
    })
  })

  it('says when it did not look everywhere', () => {
    const random = randomFrom(seed + 3)
    const policy = compiled(randomPolicy(allNames, 12, random))
    const facts = randomFacts(allNames, random, 0)
    const input = { compiled: policy, read: readerOf(facts), at, installation }
    expect(whyNot({ ...input, limits: { evaluations: 3 } }).complete).toBe(false)
  })

  it('looks for one outcome, or one kind, when asked', () => {
    const policy = compiled(
      policyOf({
        vip: { kind: 'vip', minPriority: 80, exits: { yes: 'one', no: 'known' } },
        known: {
          kind: 'condition',
          when: { fact: 'caller.known', operator: 'equal', value: true },
          exits: { yes: 'two', no: 'three' },
        },
        one: { kind: 'voicemail' },
        two: { kind: 'reject', message: { text: 'two' } },
        three: { kind: 'reject', message: { text: 'three' } },
      }),
    )
    const facts = { 'caller.priority': 1, 'caller.known': true, 'caller.tags': [] }
    const ask = (wanted?: string) =>
      whyNot({
        compiled: policy,
        read: readerOf(facts),
        at,
        installation,
        ...(wanted === undefined ? {} : { wanted }),
      }).alternatives.map(({ node }) => node)
    expect(ask()).toHaveLength(2)
    expect(ask('three')).toEqual(['three'])
    expect(ask('voicemail')).toEqual(['one'])
  })
})
