import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6
interface Range {
  readonly first: Address
  readonly bits: number
}

/** Which hosts and addresses guarded outgoing HTTP may reach. */
export interface AddressGuard {
  /** Named in OUTGOING_ALLOW: may resolve to any address. */
  isAllowedHost(hostname: string): boolean
  /** Public, or in an allowed range. */
  isAllowedAddress(address: string): boolean
}

/** The only block of IPv6 that is handed out for the public internet. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')
/** Documentation addresses (RFC 9637), which ipaddr.js takes for public ones. */
const documentation = ipaddr.IPv6.parseCIDR('3fff::/20')
/** Interface identifiers that embed an IPv4 address (ISATAP, RFC 5214). */
const isatap = new Set(['0:5efe', '200:5efe'])

function isPublicIPv6(address: ipaddr.IPv6): boolean {
  const { parts } = address
  const identifier = `${(parts[4] ?? 0).toString(16)}:${(parts[5] ?? 0).toString(16)}`
  return (
    address.match(globalUnicast) &&
    !address.match(documentation) &&
    !isatap.has(identifier) &&
    address.range() === 'unicast'
  )
}

/**
 * Whether an address belongs to the public internet. Everything that embeds an IPv4 address (mapped,
 * compatible, translated, 6to4, Teredo, NAT64, ISATAP) is refused whatever it embeds.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.parse(text)
  if (address instanceof ipaddr.IPv6) return isPublicIPv6(address)
  return ipaddr.IPv4.isValidFourPartDecimal(text) && address.range() === 'unicast'
}

/** Without the brackets of an IPv6 address in a URL, and without the dot of a full name. */
export function bareHost(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
}

function rangeOf(entry: string): Range | undefined {
  if (ipaddr.isValidCIDR(entry)) {
    const [first, bits] = ipaddr.parseCIDR(entry)
    return { first, bits }
  }
  if (!ipaddr.IPv4.isValidFourPartDecimal(entry) && !ipaddr.IPv6.isValid(entry)) return undefined
  const first = ipaddr.parse(entry)
  return { first, bits: first.kind() === 'ipv4' ? 32 : 128 }
}

/** As a URL would spell it: lower case, punycode, without a port. */
function hostOf(entry: string): string {
  return URL.canParse(`http://${entry}`) ? bareHost(new URL(`http://${entry}`).hostname) : entry
}

/** @param allow hosts, addresses and CIDRs of OUTGOING_ALLOW */
export function createAddressGuard(allow: readonly string[]): AddressGuard {
  const ranges = allow.flatMap((entry) => rangeOf(bareHost(entry)) ?? [])
  const hosts = new Set(allow.filter((entry) => !rangeOf(bareHost(entry))).map(hostOf))
  const isInRange = (text: string): boolean => {
    if (!ipaddr.isValid(text)) return false
    const address = ipaddr.process(text)
    return ranges.some(
      ({ first, bits }) => first.kind() === address.kind() && address.match(first, bits),
    )
  }
  return {
    isAllowedHost: (hostname) => hosts.has(bareHost(hostname)),
    isAllowedAddress: (address) => isPublicAddress(address) || isInRange(address),
  }
}
