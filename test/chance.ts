import fc from 'fast-check'

/**
 * What tests choose by chance is the same in every run, so that a failure is one that the change made.
 * `SEED=<number>` looks elsewhere.
 */
export const chosenSeed = Number(process.env['SEED'] ?? 20_261_120)

/** `count`, or as many times that as `TIMES` says: `TIMES=10` looks further, `TIMES=0.1` takes a tenth of the time. */
export const times = (count: number): number =>
  Math.max(1, Math.round(count * Number(process.env['TIMES'] ?? 1)))

fc.configureGlobal({ seed: chosenSeed })
