/** A seeded source of chance, so that a run with faults can be repeated. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** Whole number in [0, below). */
  int(below: number): number
  /** Upper-case hexadecimal text. */
  hex(length: number): string
  /** Decimal text without a leading zero. */
  digits(length: number): string
  /** Letters and digits. */
  word(length: number): string
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Mulberry32; good enough for chance, of no use for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (below: number): number => Math.floor(next() * below)
  const text = (length: number, from: string): string => {
    let made = ''
    for (let index = 0; index < length; index += 1) made += from.charAt(int(from.length))
    return made
  }
  const hex = (length: number): string => {
    let made = ''
    while (made.length < length) {
      made += Math.floor(next() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, '0')
    }
    return made.slice(0, length).toUpperCase()
  }
  return {
    next,
    int,
    hex,
    digits: (length) => text(1, '123456789') + text(length - 1, '0123456789'),
    word: (length) => text(length, alphabet),
  }
}
