import { relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { commonTokens, declareFactoryPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin'
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner'
import { collectTests, getFn } from '@vitest/runner'
import { loadForgetfully } from './memories.mjs'
import { compareSnapshots } from './snapshots.mjs'
import { mutationTests } from './tests.mjs'

/** Milliseconds of tests, the quick ones first, after which a mutant counts as one that nobody noticed. */
const patience = 2_000

/**
 * A test runner for Stryker that loads the engine and its tests once and tries one mutant after the other in the
 * same process; Stryker's own runner for vitest starts a thread for each, which loads the engine again. For pure
 * tests without hooks only. Files are read by tsx, tests are collected by vitest's own runner.
 *
 * What stays in memory after a mutant could lie about the next one, so what modules remember is forgotten each time,
 * and a test that a mutant fails is tried again without the mutant and must hold; where it does not, the process
 * ends, and Stryker tries the mutant again in a new one.
 */
class InProcessRunner {
  #tests = new Map()
  #state = (globalThis.__stryker__ ??= {})
  #current
  #timeOf = new Map()
  #forget = () => {}
  #isFresh = true

  /** `ignoreStatic` is set, so that no mutant is meant to be active while files are loaded. */
  capabilities() {
    return { reloadEnvironment: true }
  }

  async init() {
    const files = mutationTests()
    await importFile(resolve('bench/mutation/short-properties.ts'))
    compareSnapshots(() => this.#current)
    this.#forget = await loadForgetfully(async () => {
      for (const file of await collectTests(files, collector)) {
        if (file.result?.state === 'fail') throw new Error(file.result.errors?.[0]?.stack)
        for (const test of testsOf(file)) this.#tests.set(this.#newId(test), test)
      }
    })
  }

  async dryRun() {
    const tests = []
    for (const id of this.#tests.keys()) {
      this.#state.currentTestId = id
      tests.push(await this.#run(id))
    }
    this.#state.currentTestId = undefined
    this.#forget()
    this.#isFresh = false
    return { status: DryRunStatus.Complete, tests, mutantCoverage: this.#state.mutantCoverage }
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    // Stryker allows a hundred times what the tests reach without it: a minute until a circle is seen to be one
    const limit = hitLimit === undefined ? undefined : hitLimit / 10
    this.#state.activeMutant = activeMutant.id
    this.#state.hitLimit = limit
    this.#state.hitCount = 0
    const end = performance.now() + patience
    const tests = []
    let failed
    // the quick ones first: most mutants fail one of them
    for (const id of this.#byTime(testFilter ?? [...this.#tests.keys()])) {
      const result = await this.#run(id)
      tests.push(result)
      if (result.status === TestStatus.Failed) failed = id
      if (failed !== undefined || performance.now() > end) break
    }
    const { hitCount } = this.#state
    this.#state.activeMutant = undefined
    this.#state.hitCount = undefined
    this.#forget()
    if (failed !== undefined && !this.#isFresh && (await this.#failsAnyway(failed))) process.exit(1)
    this.#forget()
    this.#isFresh = false
    const outOfHits = determineHitLimitReached(hitCount, limit)
    return toMutantRunResult(outOfHits ?? { status: DryRunStatus.Complete, tests })
  }

  /** Rows of a table may have one name. */
  #newId(test) {
    const id = idOf(test)
    let number = 1
    while (this.#tests.has(number === 1 ? id : `${id} (${number})`)) number += 1
    return number === 1 ? id : `${id} (${number})`
  }

  #byTime(ids) {
    return ids.toSorted((a, b) => (this.#timeOf.get(a) ?? 0) - (this.#timeOf.get(b) ?? 0))
  }

  async #failsAnyway(id) {
    return (await this.#run(id)).status === TestStatus.Failed
  }

  async #run(id) {
    const test = this.#tests.get(id)
    this.#current = test.file.filepath
    const start = performance.now()
    const result = { id, name: id, fileName: test.file.filepath }
    try {
      await getFn(test)()
      const timeSpentMs = performance.now() - start
      this.#timeOf.set(id, timeSpentMs)
      return { ...result, status: TestStatus.Success, timeSpentMs }
    } catch (error) {
      const failureMessage = error instanceof Error ? (error.stack ?? error.message) : String(error)
      const timeSpentMs = performance.now() - start
      return { ...result, status: TestStatus.Failed, failureMessage, timeSpentMs }
    }
  }
}

const importFile = (file) => import(pathToFileURL(file).href)

const collector = {
  importFile,
  config: {
    root: process.cwd(),
    name: undefined,
    setupFiles: [],
    sequence: { seed: 1, hooks: 'stack', setupFiles: 'list' },
    maxConcurrency: 1,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    retry: 0,
    tags: [],
    strictTags: false,
    allowOnly: false,
  },
}

function testsOf(task) {
  if (task.type !== 'test') return task.tasks.flatMap(testsOf)
  return task.mode === 'run' ? [task] : []
}

function idOf(test) {
  const names = []
  for (let task = test; task !== undefined; task = task.suite) names.unshift(task.name)
  return `${relative(process.cwd(), test.file.filepath)}#${names.join(' ').trim()}`
}

const create = () => new InProcessRunner()
create.inject = tokens(commonTokens.injector)

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'in-process', create)]
