import { defineConfig } from 'vitest/config'

/** The tests that stand for the policy engine when it is mutated: pure ones, without a server. */
export default defineConfig({
  test: {
    include: [
      'test/policy/**/*.test.ts',
      'test/policies/**/*.test.ts',
      'test/facts/{memory-facts,simulate}.test.ts',
      'test/{outline,replay}/{outline,move,explain,replay}.test.ts',
      'test/cases/{case-of-call,mutants}.test.ts',
    ],
    // they judge times, which a mutated file under a coverage tool does not keep
    exclude: ['test/policy/validate-hostile.test.ts', 'test/policy/burst.test.ts'],
    setupFiles: ['bench/mutation/short-properties.ts'],
    testTimeout: 30_000,
    // a mutant is tried with dozens of files; each would load the engine anew
    isolate: false,
  },
})
