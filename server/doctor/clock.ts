import { request } from 'undici'
import type { Config } from '../config.ts'
import type { Check } from './check.ts'
import { findings } from './check.ts'

const mostSeconds = 30
const timeoutMs = 10_000

/** Does our clock agree with Meta's, as the Date header of an answer tells it (RFC 9110, 6.6.1)? */
export async function checkClock({ meta }: Config): Promise<Check> {
  const { ok, warning, skipped } = findings('clock')
  const before = Date.now()
  try {
    const answer = await request(`${meta.graphUrl}/${meta.graphVersion}/me?fields=id`, {
      headers: { authorization: `Bearer ${meta.accessToken ?? ''}` },
      signal: AbortSignal.timeout(timeoutMs),
      reset: true,
    })
    await answer.body.dump()
    const theirs = Date.parse(String(answer.headers['date']))
    if (Number.isNaN(theirs)) return skipped('clock', 'Meta told no time.')
    const seconds = Math.round((theirs + 500 - (before + Date.now()) / 2) / 1000)
    if (Math.abs(seconds) <= mostSeconds) return ok('clock', 'The clock agrees with Meta’s.')
    return warning('clock', {
      message: `This machine's clock is ${Math.abs(seconds)} seconds ${seconds > 0 ? 'slow' : 'fast'}.`,
      mend: 'Turn on time synchronisation: timedatectl set-ntp true.',
    })
  } catch {
    return skipped('clock', 'Meta could not be asked for the time.')
  }
}
