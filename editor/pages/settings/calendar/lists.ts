/** A list without one of its items. */
export const without = <T>(list: readonly T[], at: number): T[] =>
  list.filter((_, index) => index !== at)

/** A list with another item in one place. */
export const withAt = <T>(list: readonly T[], at: number, item: T): T[] =>
  list.map((old, index) => (index === at ? item : old))
