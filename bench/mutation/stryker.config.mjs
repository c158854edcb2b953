import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What is copied and run beside the policy engine; everything else stays out of the sandbox. */
const needed = ['server/**', 'test/**', 'policies/**', 'seeds/**', 'bench/mutation/*.ts']

/**
 * Mutation testing of the policy engine, its validation and its schedules. Run by bench/mutation/run.mjs
 * from the project's root.
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  testRunner: 'in-process',
  plugins: [fileURLToPath(new URL('./in-process.mjs', import.meta.url))],
  testRunnerNodeArgs: ['--import', 'tsx'],
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 2,
  // beyond the runner's own patience; what tests take without a mutant says little about it
  timeoutMS: 10_000,
  timeoutFactor: 0.1,
  mutate: ['server/policy/**/*.ts', '!**/*.d.ts'],
  ignorePatterns: ['**', ...needed.map((one) => `!${one}`), '!*.json', '!vite.config.ts'],
  disableTypeChecks: false,
  tempDirName: join(tmpdir(), 'callgate-mutation'),
  reporters: ['progress-append-only', 'json', 'clear-text', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'reports/mutation/last.json' },
  htmlReporter: { fileName: 'reports/mutation/mutation.html' },
  allowEmpty: false,
}
