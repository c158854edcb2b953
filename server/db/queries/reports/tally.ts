import type { Values } from '../../../schema/reports.ts'
import type { ReportDay } from './days.ts'
import type { Words } from './selection.ts'

/** Sums of money by currency. */
export class Money {
  readonly #sums = new Map<number, number>()

  add(day: ReportDay, index: number): void {
    const value = day.value[index] ?? 0
    if (value === 0) return
    const currency = day.currency[index] ?? 0
    this.#sums.set(currency, (this.#sums.get(currency) ?? 0) + value)
  }

  /** The largest first. */
  values(words: Words): Values {
    return [...this.#sums]
      .map(([currency, value]) => ({ currency: words.get(currency) ?? '', value: value / 100 }))
      .sort((a, b) => b.value - a.value)
  }
}

/** How often each number occurred. */
export class Histogram {
  readonly #counts = new Map<number, number>()
  #size = 0

  get size(): number {
    return this.#size
  }

  add(value: number): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1)
    this.#size += 1
  }

  /** The least value that `share` of all do not pass; null of none. */
  quantile(share: number): number | null {
    let rest = Math.max(1, Math.ceil(share * this.#size))
    for (const [value, count] of [...this.#counts].sort(([a], [b]) => a - b)) {
      rest -= count
      if (rest <= 0) return value
    }
    return null
  }

  /** Counts between limits: up to the first, up to the second and not the first …, and beyond the last. */
  between(limits: readonly number[]): { limit: number | null; count: number }[] {
    const rows = [...limits, null].map((limit) => ({ limit, count: 0 }))
    for (const [value, count] of this.#counts) {
      const row = rows.find(({ limit }) => limit === null || value <= limit)
      if (row) row.count += count
    }
    return rows
  }
}

/** A group for each key, made when it is first asked for. */
export function groups<K, G>(make: (key: K) => G): { of(key: K): G; all(): [K, G][] } {
  const known = new Map<K, G>()
  return {
    of(key) {
      let group = known.get(key)
      if (group === undefined) known.set(key, (group = make(key)))
      return group
    },
    all: () => [...known],
  }
}
