import { describe, expect, it } from 'vitest'
import { compiledCalendar, joinSpans, type OpenSpan } from '../../server/policy/calendar-days.ts'
import { calendarSchema } from '../../server/schema/calendar.ts'

const hour = 3_600_000
const day = 24 * hour
const spans = (...hours: [number, number][]): OpenSpan[] =>
  hours.map(([start, end]) => ({ start: start * hour, end: end * hour }))
const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / day

describe('spans', () => {
  it.each<[[number, number][], [number, number][]]>([
    [[], []],
    [[[9, 12]], [[9, 12]]],
    [
      [
        [13, 17],
        [9, 12],
      ],
      [
        [9, 12],
        [13, 17],
      ],
    ],
    [
      [
        [12, 17],
        [9, 12],
      ],
      [[9, 17]],
    ],
    [
      [
        [9, 13],
        [12, 17],
      ],
      [[9, 17]],
    ],
    [
      [
        [9, 17],
        [10, 12],
        [14, 15],
      ],
      [[9, 17]],
    ],
    [
      [
        [9, 10],
        [10, 11],
        [12, 13],
        [11, 12],
      ],
      [[9, 13]],
    ],
  ])('%j are joined to %j', (given, joined) => {
    expect(joinSpans(spans(...given))).toEqual(spans(...joined))
  })

  it('are left as they are given', () => {
    const given = spans([13, 17], [9, 14])
    joinSpans(given)
    expect(given).toEqual(spans([13, 17], [9, 14]))
  })
})

describe('a date of a calendar', () => {
  const calendar = calendarSchema.parse({
    zone: 'Europe/Berlin',
    weekly: {
      mon: [
        ['13:30', '17:00'],
        ['09:15', '12:00'],
      ],
      tue: [['22:00', '06:00']],
      thu: [['00:00', '24:00']],
      fri: [['08:00', '08:00']],
      sun: [['18:00', '00:00']],
    },
    holidays: [{ date: '2026-11-23' }, { date: '2026-12-01', hours: [['10:00', '02:00']] }],
    overrides: [
      { from: '2026-11-20T12:00:00Z', to: '2026-11-20T13:00:00Z', state: 'closed' },
      { from: '2026-11-20T09:00:00+01:00', to: '2026-11-20T10:00:00+01:00', state: 'open' },
    ],
  })
  const { dayOf, zone, overrides } = compiledCalendar(calendar)
  const whole = spans([0, 24])

  // 16 November 2026 is a Monday
  it.each<[string, string, boolean, OpenSpan[], OpenSpan[], OpenSpan[]]>([
    [
      'a Monday',
      '2026-11-16',
      false,
      spans([9.25, 12], [13.5, 17]),
      [],
      spans([9.25, 12], [13.5, 17]),
    ],
    ['a Tuesday', '2026-11-17', false, spans([22, 30]), [], spans([22, 30])],
    ['a Wednesday', '2026-11-18', false, [], spans([0, 6]), spans([0, 6])],
    ['a Thursday', '2026-11-19', false, whole, [], whole],
    ['a Friday', '2026-11-20', false, spans([8, 32]), [], spans([8, 32])],
    ['a Saturday', '2026-11-21', false, [], spans([0, 8]), spans([0, 8])],
    ['a Sunday', '2026-11-22', false, spans([18, 24]), [], spans([18, 24])],
    ['a holiday', '2026-11-23', true, [], [], []],
    ['a holiday with hours', '2026-12-01', true, spans([10, 26]), [], spans([10, 26])],
    ['the day after', '2026-12-02', false, [], spans([0, 2]), spans([0, 2])],
    ['a Thursday before 1970', '1969-12-25', false, whole, [], whole],
    ['a Friday before 1970', '1969-12-26', false, spans([8, 32]), [], spans([8, 32])],
  ])('%s, %s', (_, date, holiday, shifts, carriedOver, open) => {
    expect(dayOf(dayNumber(date))).toEqual({ holiday, shifts, carriedOver, open })
  })

  it('is joined with what is left of the day before', () => {
    const nights = calendarSchema.parse({
      zone: 'UTC',
      weekly: { mon: [['20:00', '08:00']], tue: [['08:00', '10:00']] },
    })
    expect(compiledCalendar(nights).dayOf(dayNumber('2026-11-17'))).toEqual({
      holiday: false,
      shifts: spans([8, 10]),
      carriedOver: spans([0, 8]),
      open: spans([0, 10]),
    })
  })

  it('after one that a zone left out goes on from the one before that', () => {
    // Samoa had no 30 December 2011, a Friday
    const samoa = calendarSchema.parse({
      zone: 'Pacific/Apia',
      weekly: { thu: [['20:00', '04:00']] },
    })
    const days = compiledCalendar(samoa)
    expect(days.dayOf(dayNumber('2011-12-31')).carriedOver).toEqual(spans([0, 4]))
    expect(days.dayOf(dayNumber('2011-12-24')).carriedOver).toEqual([])
  })

  it('is remembered, and so is the calendar', () => {
    expect(dayOf(dayNumber('2026-11-16'))).toBe(dayOf(dayNumber('2026-11-16')))
    expect(compiledCalendar(calendar)).toBe(compiledCalendar(calendar))
  })

  it('is one of at most a thousand that are remembered', () => {
    const own = compiledCalendar(structuredClone(calendar))
    const first = dayNumber('2026-11-16')
    const before = own.dayOf(first)
    for (let index = 1; index < 1_000; index += 1) own.dayOf(first + index)
    expect(own.dayOf(first)).toBe(before)
    own.dayOf(first + 1_000)
    expect(own.dayOf(first)).not.toBe(before)
    expect(own.dayOf(first)).toEqual(before)
    expect(own.dayOf(first + 7 * 200 + 3).shifts).toEqual(whole)
  })

  it('knows its zone, and its overrides in the order they begin in', () => {
    expect(zone).toBe('Europe/Berlin')
    const nine = Date.parse('2026-11-20T08:00:00Z')
    expect(overrides).toEqual([
      { from: nine, to: nine + hour, state: 'open' },
      { from: nine + 4 * hour, to: nine + 5 * hour, state: 'closed' },
    ])
  })
})
