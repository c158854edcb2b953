import { isAbsolute, resolve, sep } from 'node:path'
import type { Config } from '../config.ts'
import { readCases } from '../policy/validate/read.ts'
import type { Installation } from '../schema/installation.ts'
import type { Problem } from '../schema/problem.ts'
import { readSeedWorld } from '../seeds/world.ts'
import type { CheckedPolicy, PolicyText } from './policies.ts'
import { check, chosenPolicies, claimsOf, readPolicyFileAt, readPolicyText } from './policies.ts'
import { shownPath } from './files.ts'
import { problemLines, seedProblemLine } from './problem-lines.ts'
import { readSettingsWithoutDatabase } from './settings.ts'
import { count, note, paintFor, printJson, printLine } from './terminal.ts'

/** What the command line says. */
export interface Options {
  readonly json?: true
}

type Checked = Pick<CheckedPolicy, 'id' | 'file' | 'problems'>

const isFile = (name: string): boolean =>
  name.endsWith('.json') || name.includes('/') || name.includes(sep) || isAbsolute(name)

/** A policy, wherever it lies: whoever stands before it in the folder's order has the number first. */
async function checkPolicy(
  read: PolicyText,
  { policiesDir }: Config,
  installation: Installation,
): Promise<CheckedPolicy> {
  const isInFolder = read.file === shownPath(resolve(policiesDir, `${read.id}.json`))
  const before = (id: string) => (isInFolder ? id < read.id : id !== read.id)
  const otherClaims = await claimsOf(policiesDir, before)
  return check(read, { installation, at: Date.now(), otherClaims })
}

function checkCases({ id, file, text }: PolicyText): Checked {
  const { problems } = readCases(text, { file })
  return { id, file, problems }
}

async function checkAll(
  names: readonly string[],
  config: Config,
  installation: Installation,
): Promise<Checked[]> {
  const ids = names.filter((name) => !isFile(name))
  const checked: Checked[] = []
  if (ids.length > 0 || names.length === 0)
    for (const id of await chosenPolicies(config.policiesDir, ids))
      checked.push(
        await checkPolicy(await readPolicyText(config.policiesDir, id), config, installation),
      )
  for (const name of names.filter(isFile)) {
    const read = await readPolicyFileAt(resolve(name))
    checked.push(
      name.endsWith('.cases.json')
        ? checkCases(read)
        : await checkPolicy(read, config, installation),
    )
  }
  return checked
}

const withSeverity = (checked: readonly Checked[], severity: Problem['severity']): number =>
  checked.flatMap(({ problems }) => problems).filter((one) => one.severity === severity).length

async function printReport(checked: readonly Checked[]): Promise<void> {
  const paint = paintFor(process.stdout)
  for (const { problems } of checked)
    for (const problem of problems)
      for (const line of problemLines(problem, paint)) await printLine(line)
  const errors = withSeverity(checked, 'error')
  const warnings = withSeverity(checked, 'warning')
  const summary = [
    count(checked.length, 'policy', 'policies'),
    count(errors, 'error'),
    count(warnings, 'warning'),
  ].join(', ')
  await printLine(paint(errors > 0 ? 'red' : 'green', summary))
}

export async function run(names: string[], options: Options): Promise<void> {
  const config = readSettingsWithoutDatabase()
  const { seedsDir: dir, reportZone } = config
  const { world, problems } = await readSeedWorld({ dir, crmUrl: config.crm.url, reportZone })
  for (const problem of problems) note(seedProblemLine(problem, dir))
  const checked = await checkAll(names, config, world.installation)
  const errors = withSeverity(checked, 'error')
  if (options.json)
    await printJson({
      errors,
      warnings: withSeverity(checked, 'warning'),
      policies: checked.map(({ id, file, problems: found }) => ({ id, file, problems: found })),
    })
  else await printReport(checked)
  if (errors > 0) process.exitCode = 1
}
