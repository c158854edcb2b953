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
  timeoutMS: 5_000,
  timeoutFactor: 1.5,
  mutate: ['server/policy/**/*.ts', '!**/*.d.ts'],
  ignorePatterns: ['**', ...needed.map((one) => `!${one}`), '!*.json', '!vite.config.ts'],
  disableTypeChecks: false,
  tempDirName: join(tmpdir(), 'callgate-mutation'),
  incremental: true,
  incrementalFile: join(tmpdir(), 'callgate-mutation', 'incremental.json'),
  reporters: ['progress-append-only', 'json', 'clear-text', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  htmlReporter: { fileName: 'reports/mutation/mutation.html' },
  allowEmpty: false,
}
