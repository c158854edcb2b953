import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evidenceOfHarm } from '../../server/canary/evidence.ts'
import { judge, whyBroken } from '../../server/canary/judge.ts'
import { isStopReply } from '../../server/canary/stop-reply.ts'
import { guardsSchema } from '../../server/schema/canary.ts'
import { seededRandom } from '../../server/simulator/random.ts'

/** One canary, looked at after each caller, as no schedule of looks could do worse. @returns whether it was ever rolled back */
function life(input: { harm: [number, number]; percent: number; callers: number; seed: number }) {
  const random = seededRandom(input.seed)
  const sides = { canary: { callers: 0, harmed: 0 }, control: { callers: 0, harmed: 0 } }
  let most = 0
  for (let caller = 0; caller < input.callers; caller += 1) {
    const arm = random.next() * 100 < input.percent ? 'canary' : 'control'
    const side = sides[arm]
    side.callers += 1
    if (random.next() < input.harm[arm === 'canary' ? 0 : 1]) side.harmed += 1
    most = Math.max(most, evidenceOfHarm(sides.canary, sides.control, 0))
  }
  return most
}

describe('the evidence against a canary', () => {
  it('seldom condemns one that is as good as live, however often it is looked at', () => {
    const lives = [0.02, 0.3, 0.9].flatMap((rate) =>
      Array.from({ length: 120 }, (_, seed) =>
        life({ harm: [rate, rate], percent: 20, callers: 150, seed: seed + 1 }),
      ),
    )
    // at most one in a hundred, so of 360 about 4; 13 would be five standard deviations beyond
    expect(lives.filter((most) => most >= 100).length).toBeLessThan(13)
  }, 60_000)

  it('condemns one that rejects everybody within a hundred callers', () => {
    for (let seed = 1; seed <= 30; seed += 1)
      expect(life({ harm: [1, 0.3], percent: 20, callers: 150, seed })).toBeGreaterThan(400)
  })

  it('grows with every harm, shrinks with every margin, and is never one without harm', () => {
    const sample = fc
      .tuple(fc.nat(400), fc.nat(400))
      .map(([harmed, well]) => ({ callers: harmed + well, harmed }))
    fc.assert(
      fc.property(sample, sample, fc.double({ min: 0, max: 0.5, noNaN: true }), (a, b, margin) => {
        const now = evidenceOfHarm(a, b, margin)
        const more = evidenceOfHarm({ callers: a.callers + 1, harmed: a.harmed + 1 }, b, 0)
        expect(Number.isFinite(now)).toBe(true)
        expect(now).toBeGreaterThanOrEqual(0)
        expect(evidenceOfHarm(a, b, 0) * 1.000001).toBeGreaterThanOrEqual(now)
        if (a.harmed === 0) expect(now).toBeLessThanOrEqual(1.000001)
        expect(Number.isFinite(more)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

const none = { calls: 0, callers: 0, answered: 0, errors: 0, budgetMisses: 0, complaints: 0 }

describe('the guards', () => {
  it('wait for the least number of callers on each side', () => {
    const guards = guardsSchema.parse({ minCallers: 20 })
    const control = { ...none, callers: 100, answered: 100 }
    const broken = (callers: number) =>
      judge(guards, { canary: { ...none, callers }, control }).filter(({ isBroken }) => isBroken)
    expect(broken(19)).toEqual([])
    expect(broken(20)).toMatchObject([{ guard: 'answerRate', canary: 0, control: 100 }])
  })

  it('are watched only where they are set, and say why in words', () => {
    const guards = guardsSchema.parse({ answerRate: null, errorRate: null, complaints: null })
    const figures = {
      canary: { ...none, callers: 40, budgetMisses: 30 },
      control: { ...none, callers: 60, answered: 60 },
    }
    const verdicts = judge(guards, figures)
    expect(verdicts).toMatchObject([{ guard: 'budgetMisses', needed: 100, isBroken: true }])
    const [verdict] = verdicts
    expect(verdict && whyBroken(verdict, guards, figures)).toMatch(
      /^decisions over their budget: 75 % of 40 on the canary, 0 % of 60 on live\. At most 1 points more/,
    )
  })
})

describe('a "stop" reply', () => {
  it.each(['STOP', 'stop!', ' Stop. ', 'Please stop', 'Unsubscribe', 'СТОП', 'توقف', 'बंद', 'Baja'])(
    'is %s',
    (text) => expect(isStopReply(text)).toBe(true),
  )
  it.each(['', 'please stop by tomorrow', 'Do you stop at noon?', 'nonstop', undefined])(
    'is not %s',
    (text) => expect(isStopReply(text)).toBe(false),
  )
})
