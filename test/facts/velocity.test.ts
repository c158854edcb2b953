import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Attempt } from '../../server/facts/velocity.ts'
import { createVelocity } from '../../server/facts/velocity.ts'
import { minute, noon } from './support.ts'

const day = 1440 * minute
const attempt = (part: Partial<Attempt> = {}): Attempt => ({
  callKey: 'whatsapp:1',
  at: noon,
  callerKey: '+4915112345678',
  line: 'line-1',
  phone: '+4915112345678',
  ...part,
})
const caller = (minutes: number) => ({ scope: 'caller', digits: 6, minutes }) as const

/** What the contract says, counted the slow way. */
function recount(
  attempts: readonly Attempt[],
  minutes: number,
  at: number,
  isCounted: (one: Attempt) => boolean,
): number {
  const first = new Map<string, Attempt>()
  for (const one of attempts) if (!first.has(one.callKey)) first.set(one.callKey, one)
  return [...first.values()].filter(
    (one) => isCounted(one) && one.at > at - minutes * minute && one.at <= at,
  ).length
}

const digits = fc.constantFrom('4915112', '4915113', '49', '33612345678', '4915112345678')
const history = fc.array(
  fc.record({
    id: fc.integer({ min: 0, max: 60 }),
    // close together, so that windows end exactly on attempts
    ago: fc.oneof(
      fc.integer({ min: 0, max: 30 }).map((n) => n * minute),
      fc.nat(day - 1),
    ),
    who: fc.integer({ min: 0, max: 3 }),
    line: fc.constantFrom('line-1', 'line-2'),
    phone: fc.option(digits),
  }),
  { maxLength: 80 },
)
const attemptsOf = (rows: typeof history extends fc.Arbitrary<infer T> ? T : never): Attempt[] =>
  rows.map((row) => ({
    callKey: `call-${row.id}`,
    at: noon - row.ago,
    callerKey: `caller-${row.who}`,
    line: row.line,
    phone: row.phone === null ? undefined : `+${row.phone}`,
  }))

describe('windows', () => {
  test('equal a naive recount, in any order of arrival, with duplicates', () => {
    fc.assert(
      fc.property(
        history.map(attemptsOf),
        fc.integer({ min: 1, max: 1440 }),
        fc.constantFrom(1, 2, 6, 7, 12, 15),
        fc.boolean(),
        (attempts, minutes, length, early) => {
          const velocity = createVelocity()
          if (early) velocity.read({ scope: 'prefix', digits: length, minutes: 1 }, attempt())
          velocity.load(attempts)
          for (const at of attempts) {
            const read = (scope: 'caller' | 'number' | 'prefix') =>
              velocity.read({ scope, digits: length, minutes }, at)
            const prefix = at.phone?.slice(1, 1 + length)
            expect(read('caller')).toBe(
              recount(attempts, minutes, at.at, (one) => one.callerKey === at.callerKey),
            )
            expect(read('number')).toBe(
              recount(attempts, minutes, at.at, (one) => one.line === at.line),
            )
            expect(read('prefix')).toBe(
              prefix === undefined
                ? undefined
                : recount(attempts, minutes, at.at, (one) => {
                    return one.phone?.slice(1, 1 + length) === prefix
                  }),
            )
          }
        },
      ),
      { numRuns: 150 },
    )
  })

  test('stay exact while old attempts are forgotten', () => {
    fc.assert(
      fc.property(
        history.map(attemptsOf),
        fc.array(fc.nat(3 * day), { maxLength: 5 }),
        (rows, steps) => {
          const velocity = createVelocity()
          const all: Attempt[] = []
          let now = noon
          for (const [round, step] of [0, ...steps].entries()) {
            now += step
            for (const row of rows) {
              const late = { ...row, callKey: `${round}-${row.callKey}`, at: row.at - noon + now }
              all.push(late)
              velocity.count(late)
            }
            velocity.prune(now)
            for (const { callerKey } of rows) {
              const counted = recount(all, 1440, now, (one) => one.callerKey === callerKey)
              expect(velocity.read(caller(1440), attempt({ at: now, callerKey }))).toBe(counted)
            }
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  test('begin just after the instant n minutes before', () => {
    const velocity = createVelocity()
    velocity.count(attempt({ callKey: 'a', at: noon - 10 * minute }))
    velocity.count(attempt({ callKey: 'b', at: noon - 10 * minute + 1 }))
    velocity.count(attempt({ callKey: 'c' }))
    velocity.count(attempt({ callKey: 'later', at: noon + 1 }))
    expect(velocity.read(caller(10), attempt())).toBe(2)
  })
})

describe('people', () => {
  test('who turn out to be one count together', () => {
    const velocity = createVelocity()
    velocity.count(attempt({ callKey: 'a', at: noon - minute }))
    velocity.count(attempt({ callKey: 'b', at: noon - 2 * minute, callerKey: 'DE.1' }))
    velocity.merge('+4915112345678', 'DE.1')
    velocity.merge('+4915112345678', 'DE.1')
    expect(velocity.read(caller(10), attempt({ callerKey: 'DE.1' }))).toBe(2)
    expect(velocity.read(caller(10), attempt())).toBe(0)
  })
})

describe('memory', () => {
  test('is given back a day later', () => {
    const velocity = createVelocity()
    for (let n = 0; n < 30_000; n += 1)
      velocity.count(attempt({ callKey: `call-${n}`, callerKey: `caller-${n}`, at: noon + n }))
    expect(velocity.size()).toEqual({ attempts: 30_000, callers: 30_000, lines: 1 })
    for (let n = 0; n < 20; n += 1) velocity.prune(noon + 2 * day)
    expect(velocity.size()).toEqual({ attempts: 0, callers: 0, lines: 0 })
  })

  test('a wrong clock for a moment does not keep the log from being pruned', () => {
    const velocity = createVelocity()
    velocity.count(attempt({ callKey: 'future', at: noon + 400 * day }))
    velocity.count(attempt({ callKey: 'now' }))
    velocity.prune(noon + 2 * day)
    expect(velocity.size().attempts).toBe(0)
  })
})
