import type { Config } from '../../config.ts'
import type { KnownIds } from '../../doctor/account.ts'
import type { Check } from '../../doctor/check.ts'
import { findings } from '../../doctor/check.ts'
import { checkConfiguration } from '../../doctor/configuration.ts'
import { checkMeta } from '../../doctor/meta.ts'
import { checkCallback } from '../../doctor/webhook.ts'
import type { World } from '../../policy/simulate.ts'
import type { Line } from '../../schema/seeds.ts'
import type { SeedProblem } from '../../seeds/file.ts'
import { readSeedWorld } from '../../seeds/world.ts'
import { seedProblemLine } from '../problem-lines.ts'
import { checkPolicies } from './policies.ts'

/** Records that were left out; a file of which nothing was read makes more than itself wrong. */
function checkSeeds(problems: readonly SeedProblem[], dir: string): Check[] {
  const { problem, warning } = findings('seeds')
  const unread = problems.find(({ index }) => index === undefined)
  const first = unread ?? problems[0]
  if (!first) return []
  const rest = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  const message = `${seedProblemLine(first, dir).replace(' warning', '')}${rest}.`
  const fault = { message, mend: 'Correct the file; callgate validate lists all of them.' }
  return [unread ? problem('seeds', fault) : warning('seeds', fault)]
}

interface Files {
  readonly world: World
  readonly lines: readonly Line[]
  readonly problems: readonly SeedProblem[]
}

/** The seed files and the policies; where a seed file cannot be read, policies are not blamed for it. */
async function checkFiles(config: Config, { world, lines, problems }: Files): Promise<Check[]> {
  const seeds = checkSeeds(problems, config.seedsDir)
  if (seeds.some(({ state }) => state === 'problem')) return seeds
  const policies = await checkPolicies(config, world)
  if (lines.length > 0) return [...seeds, ...policies]
  const noNumber = findings('numbers').warning('numbers', {
    message: 'numbers.json of SEEDS_DIR names no WhatsApp number.',
    mend: 'Add the phone-number id shown in your app → WhatsApp → API Setup.',
  })
  return [...seeds, noNumber, ...policies]
}

/**
 * Looks at everything that must be right before calls can come and be answered. Reads SEEDS_DIR and
 * POLICIES_DIR, asks Graph and our own public address; changes nothing.
 */
export async function runDoctor(config: Config, known: KnownIds): Promise<Check[]> {
  const { seedsDir: dir, reportZone } = config
  const { world, problems } = await readSeedWorld({ dir, crmUrl: config.crm.url, reportZone })
  const lines = world.installation.lines.filter(({ channel }) => channel === 'whatsapp')
  return [
    ...checkConfiguration(config),
    ...(await checkMeta(config, lines, known)),
    await checkCallback(config),
    ...(await checkFiles(config, { world, lines, problems })),
  ]
}
