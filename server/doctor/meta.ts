import type { WhatsappChannel } from '../channels/whatsapp/client.ts'
import { whatsappChannel } from '../channels/whatsapp/client.ts'
import type { Config } from '../config.ts'
import type { Line } from '../schema/seeds.ts'
import type { KnownIds } from './account.ts'
import { checkAccounts, checkToken } from './account.ts'
import type { Check } from './check.ts'
import { findings } from './check.ts'
import { checkClock } from './clock.ts'
import { checkLine } from './line.ts'
import { callbackOf, checkSubscriptions } from './webhook.ts'

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
export async function checkMeta(
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
