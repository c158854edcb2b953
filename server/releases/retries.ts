const firstMs = 200
const longestMs = 5000

/** Tries again later, waiting longer each time, until it is done. */
export function createRetries(attempt: (id: string) => Promise<void>): {
  again(id: string): void
  done(id: string): void
  close(): void
} {
  const waits = new Map<string, number>()
  const timers = new Map<string, NodeJS.Timeout>()
  let closed = false
  return {
    again: (id) => {
      if (closed || timers.has(id)) return
      const waitMs = waits.get(id) ?? firstMs
      waits.set(id, Math.min(waitMs * 2, longestMs))
      const timer = setTimeout(() => {
        timers.delete(id)
        void attempt(id)
      }, waitMs)
      timer.unref()
      timers.set(id, timer)
    },
    done: (id) => void waits.delete(id),
    close: () => {
      closed = true
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}
