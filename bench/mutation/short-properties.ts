import fc from 'fast-check'
import '../../test/chance.ts'

/**
 * A property that holds for all of its random values within this time counts as held, one that fails is not shrunk,
 * and what is tried so many times is tried a tenth of them: there are thousands of mutants.
 */
process.env['TIMES'] = '0.1'
fc.configureGlobal({
  ...fc.readConfigureGlobal(),
  interruptAfterTimeLimit: 100,
  endOnFailure: true,
})
