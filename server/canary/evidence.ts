/** Callers of one side, and those of them who were harmed. */
export interface Sample {
  readonly callers: number
  readonly harmed: number
}

/** ln n!: summed up to 255, then Stirling's series (NIST DLMF 5.11.1), good to 1e-12 from there on. */
const small: readonly number[] = (() => {
  const sums = [0]
  for (let n = 1; n < 256; n += 1) sums.push((sums[n - 1] ?? 0) + Math.log(n))
  return sums
})()

function lnFactorial(n: number): number {
  const known = small[n]
  if (known !== undefined) return known
  const x = n + 1
  const series = 1 / (12 * x) - 1 / (360 * x ** 3)
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series
}

/** ln of the chance of exactly this order of harms, averaged over all rates from 0 to 1. */
const lnAverage = ({ callers: n, harmed: k }: Sample): number =>
  lnFactorial(k) + lnFactorial(n - k) - lnFactorial(n + 1)

const times = (count: number, rate: number): number => (count === 0 ? 0 : count * Math.log(rate))

/** ln of the chance of exactly this order of harms at one rate. */
const lnAt = ({ callers, harmed }: Sample, rate: number): number =>
  times(harmed, rate) + times(callers - harmed, 1 - rate)

const rateOf = ({ callers, harmed }: Sample): number => (callers === 0 ? 0 : harmed / callers)

/** Steps of the search for the best explanation; each leaves two thirds of the range. */
const steps = 60

/** The best explanation of both sides by which the canary harms at most `margin` more than control. */
function lnBestHarmless(canary: Sample, control: Sample, margin: number): number {
  const [ours, theirs] = [rateOf(canary), rateOf(control)]
  if (ours <= theirs + margin) return lnAt(canary, ours) + lnAt(control, theirs)
  const at = (rate: number): number =>
    lnAt(canary, Math.min(1, rate + margin)) + lnAt(control, rate)
  // concave in the rate, so that thirds find the top
  let [low, high] = [0, 1 - margin]
  for (let step = 0; step < steps; step += 1) {
    const third = (high - low) / 3
    if (at(low + third) < at(high - third)) low += third
    else high -= third
  }
  return at((low + high) / 2)
}

/**
 * How many times better "the canary harms more" explains what was seen than any explanation by which it
 * harms at most `margin` (a share) more than control.
 *
 * For each pair of true rates, the chance averaged over all rates divided by the chance at the true ones is
 * a martingale that begins at 1: by Ville's inequality it ever reaches 1/α with a chance of at most α. The
 * smallest such quotient over all harmless pairs is what this gives, so it may be looked at after every call
 * without limit, and a harmless canary still reaches 1/α with a chance of at most α over its whole life.
 * Source: Robbins, "Statistical methods related to the law of the iterated logarithm" (1970); Howard et al.,
 * "Time-uniform, nonparametric, nonasymptotic confidence sequences" (2021).
 */
export function evidenceOfHarm(canary: Sample, control: Sample, margin: number): number {
  const seen = lnAverage(canary) + lnAverage(control)
  return Math.exp(Math.min(700, seen - lnBestHarmless(canary, control, margin)))
}
