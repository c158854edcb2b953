import type { LinkTo } from './gatekeeper/plan.ts'
import { newLinkToken } from './ref.ts'

const originOf = (address: string): string | undefined =>
  URL.canParse(address) ? new URL(address).origin : undefined

/**
 * Makes links of ours, `<PUBLIC_URL>/l/<token>`, that lead to addresses elsewhere, so that it is known
 * whether somebody followed them.
 * @returns undefined without PUBLIC_URL
 */
export function linksBy(publicUrl: string | undefined): LinkTo | undefined {
  if (publicUrl === undefined) return undefined
  const own = originOf(publicUrl)
  return (target) => {
    if (originOf(target) === own) return undefined
    const token = newLinkToken()
    return { token, href: `${publicUrl}/l/${token}` }
  }
}
