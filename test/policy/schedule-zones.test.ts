import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hoursState, nextOpen } from '../../server/policy/schedule.ts'
import type { Calendar } from '../../server/schema/calendar.ts'
import { times } from '../chance.ts'
import {
  clockChanges,
  day,
  hour,
  localText,
  minute,
  randomCalendar,
  randomNumbers,
  slowState,
} from './schedule-oracle.ts'

const from = Date.parse('2026-01-01T00:00:00Z')
const to = Date.parse('2028-01-01T00:00:00Z')
const allZones = Intl.supportedValuesOf('timeZone')
const changesByZone = new Map(allZones.map((zone) => [zone, clockChanges(zone, from, to)]))
const zonesWithChanges = allZones.filter((zone) => changesByZone.get(zone)?.length)
const zones = [
  ...zonesWithChanges,
  ...allZones.filter((zone) => !zonesWithChanges.includes(zone)).filter((_, at) => at % 4 === 0),
]

function differences(calendar: Calendar, instants: readonly number[]): string[] {
  return instants.flatMap((at) => {
    const [ours, slow] = [hoursState(calendar, at), slowState(calendar, at)]
    if (ours === slow) return []
    return [`${localText(calendar.zone, at)}: ${ours}, not ${slow}, in ${JSON.stringify(calendar)}`]
  })
}

const range = (start: number, end: number, step: number): number[] =>
  Array.from({ length: Math.ceil((end - start) / step) }, (_, index) => start + index * step)

test('covers at least a hundred zones and both directions of their changes', () => {
  expect(zones.length).toBeGreaterThan(150)
  expect(zonesWithChanges.length).toBeGreaterThan(100)
  expect(changesByZone.get('Europe/Berlin')?.map((at) => new Date(at).toISOString())).toEqual([
    '2026-03-29T01:00:00.000Z',
    '2026-10-25T01:00:00.000Z',
    '2027-03-28T01:00:00.000Z',
    '2027-10-31T01:00:00.000Z',
  ])
})

test('agrees with a clock on the wall around every clock change of two years', () => {
  const random = randomNumbers(1)
  const tried = zones.filter((_, index) => times(index + 1) > times(index))
  const found = tried.flatMap((zone) =>
    (changesByZone.get(zone) ?? []).flatMap((change) => {
      const calendar = randomCalendar(zone, change, random)
      const near = range(change - 125 * minute, change + 125 * minute, minute)
      return differences(calendar, [...near, change - 1, change + 26 * hour, change - 26 * hour])
    }),
  )
  expect(found.slice(0, 3)).toEqual([])
})

test('agrees with a clock on the wall at random instants in every zone', () => {
  const random = randomNumbers(2)
  const found = zones.flatMap((zone) => {
    const around = from + random((to - from) / minute) * minute
    const calendar = randomCalendar(zone, around, random)
    const near = Array.from({ length: 60 }, () => around + random(4 * day) - 2 * day)
    const far = Array.from({ length: 20 }, () => from + random((to - from) / 1000) * 1000)
    return differences(calendar, [...near, ...far])
  })
  expect(found.slice(0, 3)).toEqual([])
})

/** The first open minute at or after each minute of a span; undefined where the span has none left. */
function slowNextOpen(calendar: Calendar, minutes: readonly number[]): (number | undefined)[] {
  let next: number | undefined
  const backwards = [...minutes].reverse().map((at) => {
    if (slowState(calendar, at) === 'open') next = at
    return next
  })
  return backwards.reverse()
}

test('finds the next opening that a scan minute by minute finds', () => {
  const random = randomNumbers(3)
  const found = Array.from({ length: times(60) }, (_, index) => {
    const zone = zonesWithChanges[(index * 7) % zonesWithChanges.length] ?? 'UTC'
    const changes = changesByZone.get(zone) ?? []
    const change = changes[random(changes.length)] ?? from
    const calendar = randomCalendar(zone, change, random)
    const minutes = range(change - 30 * hour, change + 30 * hour, minute)
    const last = minutes.at(-1) ?? 0
    const slow = slowNextOpen(calendar, minutes)
    return minutes.filter((at, position) => {
      const ours = nextOpen(calendar, at)
      const expected = slow[position]
      return expected === undefined ? ours !== undefined && ours <= last : ours !== expected
    }).length
  })
  expect(found.filter((wrong) => wrong > 0)).toEqual([])
})

test('answers the same whether or not it was asked before', () => {
  const property = fc.property(
    fc.constantFrom(...zones),
    fc.integer(),
    fc.array(fc.integer({ min: -3 * 1440, max: 3 * 1440 }), { minLength: 2, maxLength: 20 }),
    (zone, seed, offsets) => {
      const around = from + (Math.abs(seed) % ((to - from) / minute)) * minute
      const calendar = randomCalendar(zone, around, randomNumbers(seed))
      for (const offset of offsets) {
        const at = around + offset * minute
        const opens = nextOpen(calendar, at)
        expect(opens).toBe(nextOpen(structuredClone(calendar), at))
        if (opens !== undefined) expect(slowState(calendar, opens)).toBe('open')
        if (opens !== undefined && opens > at)
          expect(slowState(calendar, opens - 1)).not.toBe('open')
      }
    },
  )
  fc.assert(property, { numRuns: 150 })
})
