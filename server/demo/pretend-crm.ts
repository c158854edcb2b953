import { createHash } from 'node:crypto'

/** A number from 0 to 255 that is always the same for the same text. */
function dice(text: string): number {
  return createHash('sha256').update(text).digest()[0] ?? 0
}

/**
 * A CRM to show what asking one is like (contract, section 5, CRM_URL): it knows the contacts and some
 * strangers, answers within 10 to 60 ms, and once in twelve times too late for the call.
 */
export function pretendCrm(options: {
  readonly token: string
  readonly known: readonly string[]
}): (request: Request) => Promise<Response> {
  const known = new Set(options.known)
  let asked = 0
  return async (request) => {
    if (request.headers.get('authorization') !== `Bearer ${options.token}`)
      return new Response('', { status: 401 })
    asked += 1
    const { searchParams } = new URL(request.url)
    const ids = [searchParams.get('phone'), searchParams.get('userId')].filter((id) => id !== null)
    const roll = dice(ids.join(' '))
    const waitMs = asked % 12 === 0 ? 400 : 10 + (roll % 50)
    await new Promise((resolve) => setTimeout(resolve, waitMs))
    const isKnown = ids.some((id) => known.has(id)) || roll % 3 === 0
    if (!isKnown) return Response.json({ found: false })
    const tier = ['standard', 'gold', 'platinum'][roll % 3]
    return Response.json({ found: true, account: { tier }, tickets: { open: roll % 4 } })
  }
}
