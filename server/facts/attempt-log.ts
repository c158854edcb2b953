import { randomInt } from 'node:crypto'

const seeds = [randomInt(2 ** 32 - 1), randomInt(2 ** 32 - 1)] as const

/** 32 bits of a text under a seed (MurmurHash3's mixing, a character at a time). */
function hash32(text: string, seed: number): number {
  let hash = seed
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0xcc9e2d51)
    hash = (hash << 13) | (hash >>> 19)
    hash = Math.imul(hash, 5) + 0xe6546b64
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

interface Columns {
  readonly at: Float64Array
  /** The phone's digits as a number (at most 15, so exact); 0 where there is none. */
  readonly phone: Float64Array
  readonly high: Uint32Array
  readonly low: Uint32Array
  /** Slots by hash, open addressing at half load; -1 is empty. */
  readonly table: Int32Array
}

function columns(capacity: number): Columns {
  return {
    at: new Float64Array(capacity),
    phone: new Float64Array(capacity),
    high: new Uint32Array(capacity),
    low: new Uint32Array(capacity),
    table: new Int32Array(capacity * 2).fill(-1),
  }
}

const leastCapacity = 1024

/**
 * The attempts of the last day in the order in which they came: which calls have been counted (by a
 * seeded 64-bit hash of their key), and from which phone. A ring of typed arrays, 32 bytes an attempt.
 */
export class AttemptLog {
  #columns = columns(leastCapacity)
  #capacity = leastCapacity
  #first = 0
  #size = 0

  get size(): number {
    return this.#size
  }

  /** @returns false when this call is in the log already */
  add(callKey: string, at: number, phone: number): boolean {
    const high = hash32(callKey, seeds[0])
    const low = hash32(callKey, seeds[1])
    if (this.#columns.table[this.#place(high, low)] !== -1) return false
    if (this.#size === this.#capacity) this.#resize(this.#capacity * 2)
    this.#put({ at, phone, high, low })
    return true
  }

  /** Forgets the oldest while their instant is outside `(after, until)`, at most so many at a time. */
  prune({ after, until, most }: { after: number; until: number; most: number }): void {
    const isOutside = (at: number): boolean => at <= after || at >= until
    for (let left = most; left > 0 && this.#size > 0; left -= 1) {
      if (!isOutside(this.#columns.at[this.#first] ?? 0)) break
      this.#remove(this.#first)
      this.#first = (this.#first + 1) % this.#capacity
      this.#size -= 1
    }
    if (this.#capacity > leastCapacity && this.#size * 8 < this.#capacity)
      this.#resize(this.#capacity / 2)
  }

  /** Drops a phone number; that there were attempts stays. */
  forget(phone: number): void {
    const { phone: phones } = this.#columns
    for (let slot = 0; slot < this.#capacity; slot += 1)
      if (phones[slot] === phone) phones[slot] = 0
  }

  forEach(visit: (at: number, phone: number) => void): void {
    for (let index = 0; index < this.#size; index += 1) {
      const slot = (this.#first + index) % this.#capacity
      visit(this.#columns.at[slot] ?? 0, this.#columns.phone[slot] ?? 0)
    }
  }

  #put(entry: { at: number; phone: number; high: number; low: number }): void {
    const slot = (this.#first + this.#size) % this.#capacity
    const { at, phone, high, low, table } = this.#columns
    at[slot] = entry.at
    phone[slot] = entry.phone
    high[slot] = entry.high
    low[slot] = entry.low
    table[this.#place(entry.high, entry.low)] = slot
    this.#size += 1
  }

  /** Where in the table a key is, or where it would go. */
  #place(high: number, low: number): number {
    const { table, high: highs, low: lows } = this.#columns
    const mask = table.length - 1
    let place = low & mask
    for (;;) {
      const slot = table[place] ?? -1
      if (slot === -1 || (highs[slot] === high && lows[slot] === low)) return place
      place = (place + 1) & mask
    }
  }

  /** Takes a slot out of the table and closes the gap, so that what probed past it is still found. */
  #remove(slot: number): void {
    const { table, high, low } = this.#columns
    const mask = table.length - 1
    let gap = this.#place(high[slot] ?? 0, low[slot] ?? 0)
    for (let place = (gap + 1) & mask; ; place = (place + 1) & mask) {
      const other = table[place] ?? -1
      if (other === -1) break
      const home = (low[other] ?? 0) & mask
      if (((place - home) & mask) >= ((place - gap) & mask)) {
        table[gap] = other
        gap = place
      }
    }
    table[gap] = -1
  }

  #resize(capacity: number): void {
    const old = this.#columns
    const from = { first: this.#first, size: this.#size, capacity: this.#capacity }
    this.#columns = columns(capacity)
    this.#capacity = capacity
    this.#first = 0
    this.#size = 0
    for (let index = 0; index < from.size; index += 1) {
      const slot = (from.first + index) % from.capacity
      this.#put({
        at: old.at[slot] ?? 0,
        phone: old.phone[slot] ?? 0,
        high: old.high[slot] ?? 0,
        low: old.low[slot] ?? 0,
      })
    }
  }
}
