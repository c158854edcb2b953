import { request } from 'undici'
import type { World } from './world.ts'

/** What the callback answered to the handshake. */
export interface Verification {
  isVerified: boolean
  /** 0 when there was no answer. */
  status: number
  challenge: string
  body: string
}

/** The GET handshake: 200 with exactly the challenge as body (whatsapp-calling.md 1.1). */
export async function verifyCallback(
  world: World,
  callback: { url: string; verifyToken: string },
): Promise<Verification> {
  const { random, switches, clock } = world
  const challenge =
    switches.challenge === 'numeric' ? random.digits(10) : `${random.word(12)}-${random.word(4)}`
  const url = new URL(callback.url)
  url.searchParams.set('hub.mode', 'subscribe')
  url.searchParams.set('hub.challenge', challenge)
  url.searchParams.set('hub.verify_token', callback.verifyToken)
  try {
    const timeout = clock.realMs(clock.timing.clientTimeoutSeconds)
    const answer = await request(url, {
      signal: AbortSignal.timeout(Math.ceil(timeout)),
      reset: true,
    })
    const body = await answer.body.text()
    const isVerified = answer.statusCode === 200 && body === challenge
    return { isVerified, status: answer.statusCode, challenge, body }
  } catch {
    return { isVerified: false, status: 0, challenge, body: '' }
  }
}
