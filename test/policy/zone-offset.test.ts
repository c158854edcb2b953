import { describe, expect, it } from 'vitest'
import { dateExists, offsetSpanAt } from '../../server/policy/zone-offset.ts'

const hour = 3_600_000
const day = 24 * hour
const instant = (text: string): number => Date.parse(text)

describe('the offset of a zone', () => {
  it.each([
    ['UTC', '2026-07-01T00:00:00Z', 0],
    ['Europe/Berlin', '2026-01-15T12:00:00Z', 1],
    ['Europe/Berlin', '2026-07-15T12:00:00Z', 2],
    ['Europe/Berlin', '2026-03-29T00:59:59.999Z', 1],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', 2],
    ['Europe/Berlin', '2026-10-25T00:59:59.999Z', 2],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', 1],
    ['America/New_York', '2026-03-08T06:59:59.999Z', -5],
    ['America/New_York', '2026-03-08T07:00:00Z', -4],
    ['Asia/Kathmandu', '2026-01-15T12:00:00Z', 5.75],
    ['Australia/Lord_Howe', '2026-04-04T14:59:59.999Z', 11],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', 10.5],
    ['Pacific/Apia', '2011-12-30T09:59:59.999Z', -10],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', 14],
    ['Nowhere/At_All', '2026-01-15T12:00:00Z', 0],
  ])('%s at %s is %d hours', (zone, at, hours) => {
    expect(offsetSpanAt(zone, instant(at)).offset).toBe(hours * hour)
  })

  it('holds for a span of at most four days', () => {
    // 20,532 days after 1970-01-01 is 20 March 2026; blocks begin at multiples of four days
    const from = instant('2026-03-20T00:00:00Z')
    const span = { from, to: from + 4 * day, offset: hour }
    expect(offsetSpanAt('Europe/Berlin', from)).toEqual(span)
    expect(offsetSpanAt('Europe/Berlin', from + 4 * day - 1)).toEqual(span)
    expect(offsetSpanAt('Europe/Berlin', from + 4 * day).from).toBe(from + 4 * day)
    expect(offsetSpanAt('Europe/Berlin', from - 1).to).toBe(from)
  })

  it('ends its span where the clock is changed', () => {
    const change = instant('2026-03-29T01:00:00Z')
    const from = instant('2026-03-28T00:00:00Z')
    expect(offsetSpanAt('Europe/Berlin', change - 1)).toEqual({ from, to: change, offset: hour })
    expect(offsetSpanAt('Europe/Berlin', change)).toEqual({
      from: change,
      to: from + 4 * day,
      offset: 2 * hour,
    })
  })

  it('is remembered in a thousand blocks of four days', () => {
    const at = (block: number) => offsetSpanAt('Asia/Colombo', block * 4 * day)
    const before = at(4_000)
    for (let block = 4_001; block < 5_000; block += 1) at(block)
    expect(at(4_000)).toBe(before)
    expect(offsetSpanAt('Asia/Tokyo', before.from).offset).toBe(9 * hour)
    expect(at(4_000)).toBe(before)
    at(5_000)
    expect(at(4_000)).not.toBe(before)
    expect(at(4_000)).toEqual({ from: before.from, to: before.to, offset: 5.5 * hour })
  })
})

describe('a local date', () => {
  it.each([
    ['Pacific/Apia', '2011-12-29', true],
    ['Pacific/Apia', '2011-12-30', false],
    ['Pacific/Apia', '2011-12-31', true],
    ['Pacific/Fakaofo', '2011-12-30', false],
    ['Pacific/Kwajalein', '1993-08-20', true],
    ['Pacific/Kwajalein', '1993-08-21', false],
    ['Pacific/Kwajalein', '1993-08-22', true],
    ['Europe/Berlin', '2011-12-30', true],
    ['Europe/Berlin', '2026-03-28', true],
    ['Europe/Berlin', '2026-03-29', true],
    ['Europe/Berlin', '2026-03-30', true],
    ['Europe/Berlin', '2026-10-25', true],
    ['America/New_York', '2026-11-01', true],
  ])('in %s, %s took place: %s', (zone, date, exists) => {
    expect(dateExists(zone, instant(`${date}T00:00:00Z`) / day)).toBe(exists)
  })
})
