import { configDefaults, defineConfig } from 'vitest/config'

const browser = 'test/browser/**/*.test.ts'

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    // a process of its own for each file would spend a quarter of the time on loading the server again
    isolate: false,
    setupFiles: 'test/chance.ts',
    projects: [
      {
        extends: true,
        test: {
          name: 'server',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, browser],
        },
      },
      {
        extends: true,
        // a real browser beside other tests may be late once; twice is a fault
        test: {
          name: 'browser',
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
