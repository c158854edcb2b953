import fc from 'fast-check'

/**
 * What tests choose by chance is the same in every run, so that a failure is one that the change made.
 * `SEED=<number>` looks elsewhere.
 */
export const chosenSeed = Number(process.env['SEED'] ?? 20_261_120)

fc.configureGlobal({ seed: chosenSeed })
