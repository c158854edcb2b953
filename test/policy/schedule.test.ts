import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { changeAfter, hoursState, nextOpen, todayHours } from '../../server/policy/schedule.ts'
import { calendarSchema } from '../../server/schema/calendar.ts'

type Draft = Partial<z.input<typeof calendarSchema>>

const workdays = (...hours: [string, string][]): Draft['weekly'] => ({
  mon: hours,
  tue: hours,
  wed: hours,
  thu: hours,
  fri: hours,
})
const everyDay = (...hours: [string, string][]): Draft['weekly'] => ({
  ...workdays(...hours),
  sat: hours,
  sun: hours,
})

function calendar(draft: Draft): z.output<typeof calendarSchema> {
  return calendarSchema.parse({ zone: 'Europe/Berlin', ...draft })
}

const instant = (text: string): number => Date.parse(text)
const iso = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString()

/** States at instants, one per line of a table. */
function states(draft: Draft, instants: readonly string[]): string[] {
  const compiled = calendar(draft)
  return instants.map((at) => hoursState(compiled, instant(at)))
}

describe('weekly hours', () => {
  const weekly = workdays(['09:00', '12:00'], ['13:00', '17:00'])

  test('an interval begins with its first instant and ends before its last', () => {
    expect(
      states({ weekly }, [
        '2026-11-20T08:59:59.999+01:00',
        '2026-11-20T09:00:00+01:00',
        '2026-11-20T11:59:59.999+01:00',
        '2026-11-20T12:00:00+01:00',
        '2026-11-20T16:59:59+01:00',
        '2026-11-20T17:00:00+01:00',
        '2026-11-21T10:00:00+01:00',
      ]),
    ).toEqual(['closed', 'open', 'open', 'closed', 'open', 'closed', 'closed'])
  })

  test('an interval whose end is not after its start runs into the next day', () => {
    expect(
      states({ weekly: { fri: [['22:00', '06:00']] } }, [
        '2026-11-20T05:00:00+01:00',
        '2026-11-20T22:00:00+01:00',
        '2026-11-21T05:59:59+01:00',
        '2026-11-21T06:00:00+01:00',
        '2026-11-21T22:00:00+01:00',
      ]),
    ).toEqual(['closed', 'open', 'open', 'closed', 'closed'])
  })

  test('equal ends are a whole day, and 24:00 is the end of the date', () => {
    const whole = { weekly: { fri: [['09:00', '09:00']] } } satisfies Draft
    expect(states(whole, ['2026-11-21T08:59:00+01:00', '2026-11-21T09:00:00+01:00'])).toEqual([
      'open',
      'closed',
    ])
    const late = { weekly: { fri: [['18:00', '24:00']] } } satisfies Draft
    expect(states(late, ['2026-11-20T23:59:59.999+01:00', '2026-11-21T00:00:00+01:00'])).toEqual([
      'open',
      'closed',
    ])
  })

  test('the leap day has its own weekday', () => {
    const draft = { zone: 'UTC', weekly: { tue: [['09:00', '17:00']] } } satisfies Draft
    expect(states(draft, ['2028-02-29T10:00:00Z', '2028-03-01T10:00:00Z'])).toEqual([
      'open',
      'closed',
    ])
    expect(iso(nextOpen(calendar(draft), instant('2028-02-29T17:00:00Z')))).toBe(
      '2028-03-07T09:00:00.000Z',
    )
  })

  test('dates before 1970 have the right weekday', () => {
    const draft = { zone: 'UTC', weekly: { wed: [['09:00', '17:00']] } } satisfies Draft
    expect(states(draft, ['1969-12-31T10:00:00Z', '1969-12-30T10:00:00Z'])).toEqual([
      'open',
      'closed',
    ])
  })
})

describe('holidays', () => {
  const weekly = everyDay(['22:00', '06:00'])

  test('a holiday replaces what begins on its date and lets the shift before run out', () => {
    expect(
      states({ weekly, holidays: [{ date: '2026-12-25', name: 'Christmas' }] }, [
        '2026-12-24T23:00:00+01:00',
        '2026-12-25T05:59:00+01:00',
        '2026-12-25T06:00:00+01:00',
        '2026-12-25T23:00:00+01:00',
        '2026-12-26T05:00:00+01:00',
        '2026-12-26T22:00:00+01:00',
      ]),
    ).toEqual(['open', 'open', 'holiday', 'holiday', 'closed', 'open'])
  })

  test('a holiday with hours is holiday outside them, and its own shift runs out the day after', () => {
    const holidays = [
      { date: '2026-12-25', hours: [['20:00', '02:00']] },
    ] satisfies Draft['holidays']
    expect(
      states({ weekly: workdays(['09:00', '17:00']), holidays }, [
        '2026-12-25T10:00:00+01:00',
        '2026-12-25T20:00:00+01:00',
        '2026-12-26T01:59:00+01:00',
        '2026-12-26T02:00:00+01:00',
      ]),
    ).toEqual(['holiday', 'open', 'open', 'closed'])
  })
})

describe('overrides', () => {
  const weekly = everyDay(['09:00', '17:00'])
  const closed = {
    from: '2026-11-20T10:00:00+01:00',
    to: '2026-11-20T16:00:00+01:00',
    state: 'closed' as const,
  }
  const open = {
    from: '2026-11-20T11:00:00Z',
    to: '2026-11-20T12:00:00Z',
    state: 'open' as const,
  }

  test('an override holds from its first instant until before its last', () => {
    expect(
      states({ weekly, overrides: [closed] }, [
        '2026-11-20T09:59:59.999+01:00',
        '2026-11-20T10:00:00+01:00',
        '2026-11-20T15:59:59.999+01:00',
        '2026-11-20T16:00:00+01:00',
      ]),
    ).toEqual(['open', 'closed', 'closed', 'open'])
  })

  test('of two at once the one that begins latest holds, wherever it is listed', () => {
    const at = [
      '2026-11-20T11:59:00+01:00',
      '2026-11-20T12:00:00+01:00',
      '2026-11-20T13:00:00+01:00',
    ]
    const expected = ['closed', 'open', 'closed']
    expect(states({ weekly, overrides: [closed, open] }, at)).toEqual(expected)
    expect(states({ weekly, overrides: [open, closed] }, at)).toEqual(expected)
  })

  test('an override gives open or closed on a holiday too', () => {
    const holidays = [{ date: '2026-11-20' }]
    expect(
      states({ weekly, holidays, overrides: [closed, open] }, [
        '2026-11-20T09:30:00+01:00',
        '2026-11-20T10:30:00+01:00',
        '2026-11-20T12:30:00+01:00',
      ]),
    ).toEqual(['holiday', 'closed', 'open'])
  })
})

describe('changes of the clock', () => {
  test('an hour that is skipped is not open, and what begins within it begins after it', () => {
    const draft = { weekly: { sun: [['02:30', '04:00']] } } satisfies Draft
    expect(
      states(draft, ['2026-03-29T00:59:59Z', '2026-03-29T01:00:00Z', '2026-03-29T02:00:00Z']),
    ).toEqual(['closed', 'open', 'closed'])
    const gone = { weekly: { sun: [['02:00', '03:00']] } } satisfies Draft
    expect(iso(nextOpen(calendar(gone), instant('2026-03-28T12:00:00Z')))).toBe(
      '2026-04-05T00:00:00.000Z',
    )
  })

  test('an hour that happens twice is in the interval both times', () => {
    const draft = { weekly: { sun: [['02:00', '02:30']] } } satisfies Draft
    expect(
      states(draft, [
        '2026-10-24T23:59:00Z',
        '2026-10-25T00:00:00Z',
        '2026-10-25T00:30:00Z',
        '2026-10-25T01:00:00Z',
        '2026-10-25T01:29:59Z',
        '2026-10-25T01:30:00Z',
      ]),
    ).toEqual(['closed', 'open', 'closed', 'open', 'open', 'closed'])
    expect(iso(nextOpen(calendar(draft), instant('2026-10-25T00:45:00Z')))).toBe(
      '2026-10-25T01:00:00.000Z',
    )
  })

  test('Lord Howe changes its clock by thirty minutes', () => {
    const draft = {
      zone: 'Australia/Lord_Howe',
      weekly: { sun: [['01:45', '02:15']] },
    } satisfies Draft
    // 2026-04-04T15:00Z: 02:00 becomes 01:30. 2026-10-03T15:30Z: 02:00 becomes 02:30.
    expect(
      states(draft, [
        '2026-04-04T14:50:00Z',
        '2026-04-04T15:10:00Z',
        '2026-04-04T15:15:00Z',
        '2026-04-04T15:45:00Z',
        '2026-10-03T15:29:00Z',
        '2026-10-03T15:30:00Z',
      ]),
    ).toEqual(['open', 'closed', 'open', 'closed', 'open', 'closed'])
  })

  test('a night shift runs on over a date that was skipped, and none begins on it', () => {
    const draft = {
      zone: 'Pacific/Apia',
      weekly: { thu: [['22:00', '06:00']], fri: [['20:00', '08:00']] },
    } satisfies Draft
    // 2011-12-30, a Friday, did not take place: at 2011-12-30T10:00Z Thursday became Saturday.
    expect(
      states(draft, [
        '2011-12-30T09:59:00Z',
        '2011-12-30T10:00:00Z',
        '2011-12-30T15:59:00Z',
        '2011-12-30T16:00:00Z',
      ]),
    ).toEqual(['open', 'open', 'open', 'closed'])
  })
})

describe('the next opening', () => {
  const weekly = workdays(['09:00', '17:00'])

  test('is the instant itself while open, to the millisecond', () => {
    const at = instant('2026-11-20T10:11:12.345+01:00')
    expect(nextOpen(calendar({ weekly }), at)).toBe(at)
  })

  test('passes over the weekend and holidays', () => {
    const holidays = [{ date: '2026-11-23' }]
    expect(
      iso(nextOpen(calendar({ weekly, holidays }), instant('2026-11-20T17:00:00+01:00'))),
    ).toBe('2026-11-24T08:00:00.000Z')
  })

  test('is the end of an override that closes, and the start of one that opens', () => {
    const overrides = [
      {
        from: '2026-11-20T10:00:00+01:00',
        to: '2026-11-20T10:30:00+01:00',
        state: 'closed' as const,
      },
      {
        from: '2026-11-21T12:00:00+01:00',
        to: '2026-11-21T13:00:00+01:00',
        state: 'open' as const,
      },
    ]
    const compiled = calendar({ weekly, overrides })
    expect(iso(nextOpen(compiled, instant('2026-11-20T10:10:00+01:00')))).toBe(
      '2026-11-20T09:30:00.000Z',
    )
    expect(iso(nextOpen(compiled, instant('2026-11-20T18:00:00+01:00')))).toBe(
      '2026-11-21T11:00:00.000Z',
    )
  })

  test('is known 400 days ahead and no further', () => {
    const override = {
      from: '2027-12-25T00:00:00Z',
      to: '2027-12-26T00:00:00Z',
      state: 'open' as const,
    }
    const compiled = calendar({ overrides: [override] })
    const opens = instant(override.from)
    const limit = 400 * 86_400_000
    expect(nextOpen(compiled, opens - limit - 1)).toBeUndefined()
    expect(nextOpen(compiled, opens - limit)).toBe(opens)
    expect(nextOpen(compiled, opens - limit - 1)).toBeUndefined()
    expect(nextOpen(calendar({}), opens)).toBeUndefined()
  })
})

describe("today's hours", () => {
  const weekly = workdays(['09:00', '12:00'], ['13:00', '17:00'])
  const on = (draft: Draft, at: string): string => todayHours(calendar(draft), instant(at))

  test('are those of the local date', () => {
    expect(on({ weekly }, '2026-11-20T00:30:00+01:00')).toBe('09:00–12:00, 13:00–17:00')
    expect(on({ weekly }, '2026-11-20T23:30:00Z')).toBe('')
  })

  test('join intervals that touch and show a whole day as one', () => {
    expect(
      on({ weekly: everyDay(['12:00', '17:00'], ['09:00', '12:00']) }, '2026-11-20T10:00:00Z'),
    ).toBe('09:00–17:00')
    const around = everyDay(['08:00', '20:00'], ['20:00', '08:00'])
    expect(on({ weekly: around }, '2026-11-20T10:00:00Z')).toBe('00:00–24:00')
  })

  test('show a night shift whole, on the date it begins on', () => {
    expect(on({ weekly: everyDay(['18:00', '02:00']) }, '2026-11-20T10:00:00Z')).toBe('18:00–02:00')
    const friday = { weekly: { fri: [['18:00', '02:00']] } } satisfies Draft
    expect(on(friday, '2026-11-21T10:00:00Z')).toBe('00:00–02:00')
  })

  test('are those of the holiday', () => {
    const holidays = [{ date: '2026-11-19' }, { date: '2026-11-20', hours: [['10:00', '14:00']] }]
    expect(on({ weekly, holidays } as Draft, '2026-11-19T10:00:00Z')).toBe('')
    expect(on({ weekly, holidays } as Draft, '2026-11-20T10:00:00Z')).toBe('10:00–14:00')
  })

  test.each([
    ['closed', '2026-11-20T00:00:00+01:00', '2026-11-21T00:00:00+01:00', ''],
    [
      'closed',
      '2026-11-20T11:00:00+01:00',
      '2026-11-20T14:00:00+01:00',
      '09:00–11:00, 14:00–17:00',
    ],
    [
      'closed',
      '2026-11-20T18:00:00+01:00',
      '2026-11-20T19:00:00+01:00',
      '09:00–12:00, 13:00–17:00',
    ],
    ['open', '2026-11-20T16:00:00+01:00', '2026-11-20T20:00:00+01:00', '09:00–12:00, 13:00–20:00'],
    [
      'open',
      '2026-11-20T20:00:00+01:00',
      '2026-11-21T01:00:00+01:00',
      '09:00–12:00, 13:00–17:00, 20:00–01:00',
    ],
    ['open', '2026-11-19T20:00:00+01:00', '2026-11-22T01:00:00+01:00', '00:00–24:00'],
    ['open', '2026-11-21T02:00:00+01:00', '2026-11-21T03:00:00+01:00', '09:00–12:00, 13:00–17:00'],
  ] as const)('with an override %s from %s to %s are "%s"', (state, from, to, expected) => {
    expect(on({ weekly, overrides: [{ from, to, state }] }, '2026-11-20T10:00:00Z')).toBe(expected)
  })
})

describe("today's hours under overrides", () => {
  // Monday, 16 November 2026
  const days = { mon: [['09:00', '17:00']] } satisfies Draft['weekly']
  const nights = { mon: [['22:00', '06:00']] } satisfies Draft['weekly']
  type Override = readonly [from: string, to: string, state: 'open' | 'closed']
  // prettier-ignore
  const cases: [what: string, weekly: Draft['weekly'], override: Override, hours: string][] = [
    ['open the day before a closed one', {}, ['2026-11-15T10:00Z', '2026-11-15T12:00Z', 'open'], ''],
    ['open until the midnight before a closed one', {}, ['2026-11-15T10:00Z', '2026-11-16T00:00Z', 'open'], ''],
    ['open the day before', days, ['2026-11-15T10:00Z', '2026-11-15T12:00Z', 'open'], '09:00–17:00'],
    ['open until this midnight', days, ['2026-11-15T10:00Z', '2026-11-16T00:00Z', 'open'], '09:00–17:00'],
    ['open from the next midnight', days, ['2026-11-17T00:00Z', '2026-11-17T02:00Z', 'open'], '09:00–17:00'],
    ['open in three days', days, ['2026-11-19T00:00Z', '2026-11-19T02:00Z', 'open'], '09:00–17:00'],
    ['open from an evening into this morning', days, ['2026-11-15T20:00Z', '2026-11-16T03:00Z', 'open'], '00:00–03:00, 09:00–17:00'],
    ['open since days ago until noon', days, ['2026-11-14T10:00Z', '2026-11-16T12:00Z', 'open'], '00:00–17:00'],
    ['open since days ago until dawn', days, ['2026-11-14T10:00Z', '2026-11-16T05:00Z', 'open'], '00:00–05:00, 09:00–17:00'],
    ['open for 24 hours', {}, ['2026-11-16T10:00Z', '2026-11-17T10:00Z', 'open'], '10:00–24:00'],
    ['open for two days', {}, ['2026-11-16T10:00Z', '2026-11-18T10:00Z', 'open'], '10:00–24:00'],
    ['open for one night', {}, ['2026-11-16T22:00Z', '2026-11-17T04:00Z', 'open'], '22:00–04:00'],
    ['open all day', {}, ['2026-11-16T00:00Z', '2026-11-17T00:00Z', 'open'], '00:00–24:00'],
    ['open beside the hours', days, ['2026-11-16T17:00Z', '2026-11-16T18:00Z', 'open'], '09:00–18:00'],
    ['closed from the opening on', days, ['2026-11-16T09:00Z', '2026-11-16T12:00Z', 'closed'], '12:00–17:00'],
    ['closed until the end', days, ['2026-11-16T12:00Z', '2026-11-16T17:00Z', 'closed'], '09:00–12:00'],
    ['closed at noon', days, ['2026-11-16T12:00Z', '2026-11-16T13:00Z', 'closed'], '09:00–12:00, 13:00–17:00'],
    ['closed all day', days, ['2026-11-16T00:00Z', '2026-11-17T00:00Z', 'closed'], ''],
    ['closed since days ago', days, ['2026-11-14T00:00Z', '2026-11-16T10:00Z', 'closed'], '10:00–17:00'],
    ['closed for the end of a night shift', nights, ['2026-11-17T02:00Z', '2026-11-17T08:00Z', 'closed'], '22:00–02:00'],
    ['closed until the night is tomorrow', nights, ['2026-11-16T20:00Z', '2026-11-17T01:00Z', 'closed'], ''],
    ['closed until midnight', nights, ['2026-11-16T20:00Z', '2026-11-17T00:00Z', 'closed'], ''],
    ['closed in three days', nights, ['2026-11-19T00:00Z', '2026-11-19T02:00Z', 'closed'], '22:00–06:00'],
  ]
  test.each(cases)('%s', (_, weekly, [from, to, state], hours) => {
    const overrides = [{ from: instant(from), to: instant(to), state }].map((one) => ({
      ...one,
      from: new Date(one.from).toISOString(),
      to: new Date(one.to).toISOString(),
    }))
    const own = calendar({ zone: 'UTC', weekly, overrides } as Draft)
    expect(todayHours(own, instant('2026-11-16T08:00Z'))).toBe(hours)
  })

  // the hour from 02:00 on comes twice on 25 October 2026
  test.each([
    ['2026-10-25T00:50:00Z', '2026-10-25T01:10:00Z'],
    ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'],
  ])('leave out what has no length on the wall clock: %s to %s', (from, to) => {
    const overrides = [{ from, to, state: 'open' }]
    const own = calendar({ weekly: { sun: [['09:00', '12:00']] }, overrides } as Draft)
    expect(todayHours(own, instant('2026-10-25T08:00:00Z'))).toBe('09:00–12:00')
    const alone = calendar({ overrides } as Draft)
    expect(todayHours(alone, instant('2026-10-25T08:00:00Z'))).toBe('')
  })
})

describe('what changes next', () => {
  const weekly = {
    mon: [
      ['09:00', '17:00'],
      ['22:00', '06:00'],
    ],
  } satisfies Draft['weekly']
  const own = calendar({ zone: 'UTC', weekly })
  test.each([
    ['2026-11-16T08:00:00.000Z', '2026-11-16T09:00:00.000Z'],
    ['2026-11-16T09:00:00.000Z', '2026-11-16T17:00:00.000Z'],
    ['2026-11-16T17:00:00.000Z', '2026-11-16T22:00:00.000Z'],
    ['2026-11-16T23:00:00.000Z', '2026-11-17T00:00:00.000Z'],
    ['2026-11-17T00:00:00.000Z', '2026-11-17T06:00:00.000Z'],
    ['2026-11-17T06:00:00.000Z', '2026-11-18T00:00:00.000Z'],
  ])('after %s is at %s', (at, next) => {
    expect(iso(changeAfter(own, instant(at)))).toBe(next)
  })

  test('is looked for 400 days ahead, that day included', () => {
    const at = instant('2026-11-16T08:00:00.000Z')
    const opens = (days: number) => {
      const from = new Date(at + days * 86_400_000)
      const to = new Date(from.getTime() + 3_600_000)
      const overrides = [{ from: from.toISOString(), to: to.toISOString(), state: 'open' }]
      return iso(nextOpen(calendar({ zone: 'UTC', overrides } as Draft), at))
    }
    expect(opens(400)).toBe('2027-12-21T08:00:00.000Z')
    expect(opens(401)).toBeUndefined()
  })
})
