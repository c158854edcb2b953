import { describe, expect, it } from 'vitest'
import { hoursState } from '../../server/policy/schedule.ts'
import {
  isTimed,
  otherTimes,
  timeDistance,
  timedFacts,
} from '../../server/policy/why-not/time-lever.ts'
import type { Calendar } from '../../server/schema/calendar.ts'
import { calendarSchema } from '../../server/schema/calendar.ts'
import { installation } from './engine-support.ts'

const hour = 3_600_000
const day = 24 * hour
const instant = (text: string): number => Date.parse(text)
const texts = (times: ReturnType<typeof otherTimes>) =>
  times.map(({ at, from, until }) =>
    [at, from, until].map((one) => new Date(one).toISOString().replace(':00.000Z', 'Z')),
  )

const nineToFive: [string, string][] = [['09:00', '17:00']]
const weekly = {
  mon: nineToFive,
  tue: nineToFive,
  wed: nineToFive,
  thu: nineToFive,
  fri: nineToFive,
}
const berlin = (more: object = {}): Calendar =>
  calendarSchema.parse({ zone: 'Europe/Berlin', weekly, ...more })
const always = (more: object): Calendar =>
  calendarSchema.parse({
    zone: 'UTC',
    weekly: Object.fromEntries(
      ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((one) => [one, [['00:00', '24:00']]]),
    ),
    ...more,
  })

/** Other times of a call at which this calendar says something else. */
const ofState = (calendar: Calendar, at: string) =>
  texts(
    otherTimes({
      at: instant(at),
      calendars: [calendar],
      cuts: [],
      keyOf: (when) => hoursState(calendar, when),
    }),
  )

describe('facts of the time', () => {
  it.each([
    ['call.at', true],
    ['hours.support', true],
    ['hours.sla.nextOpen', true],
    ['history.lastCallAt', false],
    ['caller.attributes.hours.x', false],
    ['call.id', false],
  ])('%s: %s', (name, expected) => {
    expect(isTimed(name)).toBe(expected)
  })

  it('are told by the calendars of the installation and of the contact', () => {
    const at = instant('2026-11-20T13:32:00Z')
    const names = ['hours.support', 'call.at', 'hours.sla', 'crm.found', 'hours.support.today']
    const place = {
      ...installation,
      calendars: { support: berlin(), night: always({}) },
    }
    const told = (contact?: { slaCalendar: string }) =>
      timedFacts(names, { at, installation: place, contact })
    expect(told({ slaCalendar: 'night' })).toEqual(['open', at, 'open', undefined, '09:00–17:00'])
    expect(told()).toEqual(['open', at, null, undefined, '09:00–17:00'])
  })

  it.each([
    [0, 0.3],
    [day, 0.65],
    [-day, 0.65],
    [3 * day, 0.825],
    [day / 4, 0.44],
  ])('moved by %d ms are %d far', (by, far) => {
    const at = instant('2026-11-20T13:32:00Z')
    expect(timeDistance(at, at + by)).toBeCloseTo(far, 10)
  })
})

describe('other times for a call', () => {
  it('are the nearest of each kind, the nearest first', () => {
    const calendar = berlin({ holidays: [{ date: '2026-12-25' }] })
    expect(ofState(calendar, '2026-11-20T13:32:00Z')).toEqual([
      ['2026-11-20T16:00Z', '2026-11-20T16:00Z', '2026-11-23T08:00Z'],
      ['2026-12-24T23:00Z', '2026-12-24T23:00Z', '2026-12-25T23:00Z'],
    ])
  })

  it('are the last millisecond of a time that is over', () => {
    expect(ofState(berlin(), '2026-11-20T16:05:00Z')).toEqual([
      ['2026-11-20T15:59:59.999Z', '2026-11-20T08:00Z', '2026-11-20T16:00Z'],
    ])
    expect(ofState(berlin(), '2026-11-20T16:00:00Z')).toEqual([
      ['2026-11-20T15:59:59.999Z', '2026-11-20T08:00Z', '2026-11-20T16:00Z'],
    ])
  })

  it('go back by twelve hours and no more', () => {
    expect(ofState(berlin(), '2026-11-20T22:00:00Z')).toEqual([
      ['2026-11-20T15:59:59.999Z', '2026-11-20T10:00Z', '2026-11-20T16:00Z'],
    ])
    expect(ofState(berlin(), '2026-11-21T04:00:00Z')).toEqual([
      ['2026-11-23T08:00Z', '2026-11-23T08:00Z', '2026-11-23T16:00Z'],
    ])
  })

  it('go on by fifteen days', () => {
    const state = (when: number): string => (when < instant('2026-12-05T12:00:00Z') ? 'a' : 'b')
    const told = (cut: string, at: string) =>
      texts(otherTimes({ at: instant(at), calendars: [], cuts: [instant(cut)], keyOf: state }))
    const cut = '2026-12-05T12:00:00Z'
    expect(told(cut, '2026-11-20T12:00:01Z')).toEqual([
      ['2026-12-05T12:00Z', '2026-12-05T12:00Z', '2026-12-05T12:00:01.000Z'],
    ])
    expect(told(cut, '2026-11-20T12:00:00Z')).toEqual([])
  })

  it.each([
    ['Pacific/Auckland', '2026-12-24T11:00Z', '2026-12-25T11:00Z'],
    ['Pacific/Honolulu', '2026-12-25T10:00Z', '2026-12-26T10:00Z'],
    ['Europe/Berlin', '2026-12-24T23:00Z', '2026-12-25T23:00Z'],
  ])('are whole holidays in %s', (zone, from, until) => {
    const calendar = always({ zone, holidays: [{ date: '2026-12-25' }] })
    expect(ofState(calendar, '2026-11-20T13:32:00Z')).toEqual([[from, from, until]])
  })

  it('are overrides that begin or end in the year to come', () => {
    const calendar = berlin({
      weekly: {},
      overrides: [{ from: '2027-03-02T09:00:00Z', to: '2027-03-02T10:00:00Z', state: 'open' }],
    })
    expect(ofState(calendar, '2026-11-20T13:32:00Z')).toEqual([
      ['2027-03-02T09:00Z', '2027-03-02T09:00Z', '2027-03-02T10:00Z'],
    ])
    const closed = always({
      overrides: [{ from: '2025-01-01T00:00:00Z', to: '2027-03-02T10:00:00Z', state: 'closed' }],
    })
    expect(ofState(closed, '2026-11-20T13:32:00Z')).toEqual([
      ['2027-03-02T10:00Z', '2027-03-02T10:00Z', '2027-03-04T12:00Z'],
    ])
  })

  it.each([
    [-30, 0],
    [16, 1],
    [397, 1],
    [399, 0],
  ])('are no overrides %d days away: %d', (days, count) => {
    const at = instant('2026-11-20T13:32:00Z')
    const iso = (by: number): string => new Date(at + by).toISOString()
    const calendar = berlin({
      weekly: {},
      overrides: [{ from: iso(days * day), to: iso(days * day + hour), state: 'open' }],
    })
    expect(ofState(calendar, iso(0))).toHaveLength(count)
  })

  it('are all of the holidays that follow each other', () => {
    const [first, second, fourth] = ['2026-12-25', '2026-12-26', '2026-12-28']
    const calendar = berlin({
      holidays: [{ date: fourth }, { date: second }, { date: first }],
    })
    expect(ofState(calendar, '2026-11-20T16:05:00Z')).toContainEqual([
      '2026-12-24T23:00Z',
      '2026-12-24T23:00Z',
      '2026-12-26T23:00Z',
    ])
  })

  it('follow one another without a gap where a holiday is looked at in two parts', () => {
    const calendar = berlin({ holidays: [{ date: '2026-12-27' }, { date: '2026-12-25' }] })
    const [from, until] = [instant('2026-12-25T23:00:00Z'), instant('2026-12-26T23:00:00Z')]
    const keyOf = (when: number) => (from <= when && when < until ? 'between' : 'else')
    const at = instant('2026-11-20T13:32:00Z')
    expect(texts(otherTimes({ at, calendars: [calendar], cuts: [], keyOf }))).toEqual([
      ['2026-12-25T23:00Z', '2026-12-25T23:00Z', '2026-12-26T23:00Z'],
    ])
  })

  it('end where nothing was looked at', () => {
    const calendar = always({
      overrides: [
        { from: '2027-01-01T00:00:00Z', to: '2027-02-01T00:00:00Z', state: 'closed' },
        { from: '2027-01-05T00:00:00Z', to: '2027-01-07T00:00:00Z', state: 'closed' },
      ],
    })
    expect(ofState(calendar, '2026-11-20T13:32:00Z')).toEqual([
      ['2027-01-01T00:00Z', '2027-01-01T00:00Z', '2027-01-03T02:00Z'],
    ])
  })

  describe('about an instant that the policy names', () => {
    const cut = instant('2026-11-20T13:32:00Z')
    const told = (at: number) =>
      otherTimes({ at, calendars: [], cuts: [cut], keyOf: (when) => String(Math.sign(when - cut)) })

    it('are that very millisecond and what comes after it', () => {
      expect(told(cut - hour)).toEqual([
        { at: cut, from: cut, until: cut + 1 },
        { at: cut + 1, from: cut + 1, until: cut - hour + 15 * day },
      ])
    })

    it('are that very millisecond and what came before it', () => {
      expect(told(cut + hour)).toEqual([
        { at: cut, from: cut, until: cut + 1 },
        { at: cut - 1, from: cut - 11 * hour, until: cut },
      ])
    })

    it('are both sides of it, the earlier one first', () => {
      expect(told(cut)).toEqual([
        { at: cut - 1, from: cut - 12 * hour, until: cut },
        { at: cut + 1, from: cut + 1, until: cut + 15 * day },
      ])
    })
  })

  it('are the earlier of two that are as near', () => {
    const at = instant('2026-11-20T13:32:00Z')
    const keyOf = (when: number) => (Math.abs(when - at) <= hour ? 'near' : 'far')
    const cuts = [at - hour, at + hour]
    expect(otherTimes({ at, calendars: [], cuts, keyOf })).toEqual([
      { at: at - hour - 1, from: at - 12 * hour, until: at - hour },
    ])
  })
})
