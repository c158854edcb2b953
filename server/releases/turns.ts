/** Lets one piece of work run after the other, in the order they came. */
export function createTurns(): {
  take<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when all that was taken is done. */
  idle(): Promise<void>
} {
  let last: Promise<unknown> = Promise.resolve()
  return {
    take: (work) => {
      const turn = last.then(work)
      last = turn.catch(() => undefined)
      return turn
    },
    idle: async () => void (await last),
  }
}
