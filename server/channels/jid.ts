import { normalisePhone } from '../phone.ts'
import type { Recipient } from '../schema/action.ts'
import type { Party } from '../schema/signal.ts'

/**
 * A WhatsApp address as the unofficial engines spell it: `<digits>@c.us` or `<digits>@s.whatsapp.net`
 * is a phone number, `<digits>@lid` an opaque id that only looks like one, `<id>@g.us` a group;
 * `:<device>` may stand before the `@`. Digits alone are taken for a phone number.
 */
export interface Jid {
  readonly kind: 'phone' | 'lid' | 'group' | 'other'
  /** Without device and server. */
  readonly user: string
}

const jidForm = /^(?<user>[\w.+-]{1,128})(?::\d{1,5})?@(?<server>[a-z.]{1,40})$/i
const phoneServers: ReadonlySet<string> = new Set(['c.us', 's.whatsapp.net'])

export function parseJid(text: string): Jid | undefined {
  if (/^\+?\d{6,15}$/.test(text)) return { kind: 'phone', user: text.replace('+', '') }
  const { user, server } = jidForm.exec(text)?.groups ?? {}
  return user === undefined || server === undefined
    ? undefined
    : { kind: kindOf(user, server.toLowerCase()), user }
}

function kindOf(user: string, server: string): Jid['kind'] {
  if (server === 'lid') return 'lid'
  if (server === 'g.us') return 'group'
  return phoneServers.has(server) && /^\d+$/.test(user) ? 'phone' : 'other'
}

const spelling = ({ kind, user }: Jid): string => `${user}@${kind === 'lid' ? 'lid' : 'c.us'}`

/**
 * A person from the address that a provider names and others it knows for the same person. The first
 * is kept as it is spelt, to be given back. Of a group or an address of no known form only that is known.
 */
export function partyOfJids(
  address: string | undefined,
  others: readonly (string | undefined)[] = [],
): Party {
  if (address === undefined) return {}
  const named = parseJid(address)
  const isPerson = named?.kind === 'phone' || named?.kind === 'lid'
  const spelt = isPerson ? [address, ...others] : []
  const jids = spelt.flatMap((text) => (text === undefined ? [] : (parseJid(text) ?? [])))
  const number = jids.find(({ kind }) => kind === 'phone')?.user
  const phone = number === undefined ? undefined : normalisePhone(number)
  const lid = jids.find(({ kind }) => kind === 'lid')
  return {
    ...(phone !== undefined && { phone }),
    ...(lid && { userId: spelling(lid) }),
    address,
  }
}

/**
 * Where a message to somebody goes: the address they were met under, else their phone number, else
 * their `…@lid`. Undefined when nothing of it can be written to.
 */
export function chatIdOf(to: Recipient): string | undefined {
  const met = to.address === undefined ? undefined : parseJid(to.address)
  if (met?.kind === 'phone' || met?.kind === 'lid') return spelling(met)
  const digits = (to.phone ?? '').replace(/\D/g, '')
  if (digits !== '') return `${digits}@c.us`
  const known = to.userId === undefined ? undefined : parseJid(to.userId)
  return known?.kind === 'lid' ? spelling(known) : undefined
}
