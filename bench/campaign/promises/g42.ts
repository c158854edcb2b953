import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Tools } from '../tools/stage.ts'
import type { PromiseFile } from '../verdict.ts'
import { notTried, Trial } from '../verdict.ts'

const tried = 'Mutation testing of the policy engine (npm run mutation), by its last report'
const target = 85

/** The part of Stryker's report that is counted (mutation-testing-elements schema). */
interface MutationReport {
  readonly files: Readonly<Record<string, { mutants: readonly { status: string }[] }>>
}

export const g42: PromiseFile<Tools> = {
  id: 'G42',
  promise: `Tests notice at least ${target} % of the mistakes one could make in the policy engine`,
  run: async (tools, size) => {
    const file = join(tools.root, 'reports', 'mutation', 'mutation.json')
    if (!existsSync(file)) return notTried(tried, 'there is no report; npm run mutation makes it')
    const trial = new Trial(size, tried)
    // written by Stryker
    const { files } = JSON.parse(readFileSync(file, 'utf8')) as MutationReport
    const all = Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status))
    const count = (...statuses: readonly string[]): number =>
      all.filter((status) => statuses.includes(status)).length
    const noticed = count('Killed', 'Timeout')
    const valid = noticed + count('Survived', 'NoCoverage')
    const score = valid === 0 ? 0 : (100 * noticed) / valid
    trial.figure('score %', score)
    trial.figure('report of', statSync(file).mtime.toISOString().slice(0, 10))
    trial.check(`the score is at least ${target} %`, score >= target, score)
    trial.fault('mutants', valid, 500)
    return trial.verdict()
  },
}
