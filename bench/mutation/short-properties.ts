import fc from 'fast-check'

/**
 * A property that holds for all of its random values within this time counts as held, and one that fails is not
 * shrunk: thousands of mutants are tried. With one seed, so that a mutant has the same fate twice.
 */
fc.configureGlobal({ seed: 20_261_121, interruptAfterTimeLimit: 400, endOnFailure: true })
