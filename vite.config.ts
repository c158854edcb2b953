import { configDefaults, defineConfig } from 'vitest/config'

const browser = 'test/browser/**/*.test.ts'
/** They change nothing outside what they build themselves, so they need no process each. */
const pure = ['policy', 'policies', 'outline', 'facts', 'channels', 'reports'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
)

/** Much of their time they wait, for a clock or another process. */
const waiting = { maxWorkers: 3, sequence: { groupOrder: 0 } }

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'server',
          ...waiting,
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, browser, ...pure],
        },
      },
      { extends: true, test: { name: 'pure', include: pure, isolate: false, ...waiting } },
      {
        extends: true,
        // a real browser beside other tests may be late once; twice is a fault
        test: {
          name: 'browser',
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          globalSetup: 'test/browser/build.ts',
          include: [browser],
          retry: 1,
          testTimeout: 60_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
  },
})
