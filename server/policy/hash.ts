const fnvOffset = 0x811c9dc5
const fnvPrime = 0x01000193

/**
 * FNV-1a, 32 bits, over UTF-16 code units, low byte first.
 * Source: the FNV page of Noll, "FNV-1a" (http://www.isthe.com/chongo/tech/comp/fnv/).
 * @param state the state after an earlier text, to go on from
 */
export function fnv1a(text: string, state: number = fnvOffset): number {
  let hash = state
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    hash = Math.imul(hash ^ (unit & 0xff), fnvPrime)
    hash = Math.imul(hash ^ (unit >>> 8), fnvPrime)
  }
  return hash >>> 0
}

/** MurmurHash3's 32-bit finaliser: spreads every bit of the state over all bits of the result. */
export function mix32(state: number): number {
  let hash = state
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
