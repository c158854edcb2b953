import type { WhatsappChannel } from '../../channels/whatsapp/client.ts'
import { whatsappChannel } from '../../channels/whatsapp/client.ts'
import type { Config } from '../../config.ts'
import type { World } from '../../policy/simulate.ts'
import type { Line } from '../../schema/seeds.ts'
import type { SeedProblem } from '../../seeds/file.ts'
import { readSeedWorld } from '../../seeds/world.ts'
import { seedProblemLine } from '../problem-lines.ts'
import type { KnownIds } from './account.ts'
import { checkAccounts, checkToken } from './account.ts'
import type { Check } from './check.ts'
import { findings } from './check.ts'
import { checkClock } from './clock.ts'
import { checkConfiguration } from './configuration.ts'
import { checkLine } from './line.ts'
import { checkPolicies } from './policies.ts'
import { callbackOf, checkCallback, checkSubscriptions } from './webhook.ts'

/** Numbers that are asked about at once: Graph throttles those who ask faster. */
const atOnce = 5
const timeoutMs = 10_000

async function checkLines(channel: WhatsappChannel, lines: readonly Line[], config: Config) {
  const checks: Check[] = []
  for (let start = 0; start < lines.length; start += atOnce) {
    const some = lines.slice(start, start + atOnce)
    const found = await Promise.all(
      some.map((line) => checkLine(channel, line, callbackOf(config))),
    )
    checks.push(...found.flat())
  }
  return checks
}

/** Everything that is asked of Meta; what one thing makes impossible is not asked and not blamed. */
async function checkMeta(
  config: Config,
  lines: readonly Line[],
  known: KnownIds,
): Promise<Check[]> {
  const { graphUrl, graphVersion: version, accessToken } = config.meta
  const { skipped } = findings('Meta')
  if (accessToken === undefined) return [skipped('meta', 'Not asked: there is no access token.')]
  const channel = whatsappChannel({ graphUrl, version, accessToken, timeoutMs })
  try {
    const { checks, access } = await checkToken(channel, accessToken, known)
    if (!access) return [...checks, skipped('meta', 'Nothing more can be asked of Meta.')]
    const clock = await checkClock(config)
    const subscriptions = await checkSubscriptions(config, access.appId)
    const first = [...checks, clock, ...subscriptions]
    if (!access.mayManage)
      return [...first, skipped('meta', 'Numbers are not asked about without that permission.')]
    const ids = lines.map(({ id }) => id)
    const accounts = await checkAccounts(channel, access, {
      lines: ids,
      callback: callbackOf(config),
    })
    return [...first, ...accounts, ...(await checkLines(channel, lines, config))]
  } finally {
    await channel.close()
  }
}

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
