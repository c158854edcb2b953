import { setMaxListeners } from 'node:events'

/** What may take so long and no longer. */
export interface Deadline {
  /** Aborts when the time is over, or with the signal that the deadline was given. */
  readonly signal: AbortSignal
  /** Whether the time ran out. */
  readonly isOver: boolean
  /** Takes the timer and the listener away; to be called when it is done, however it ended. */
  clear(): void
}

const longestTimer = 2 ** 31 - 1

/**
 * A signal that aborts after a time, or with another one that may live as long as the process. With
 * `AbortSignal.any` each of them would leave a reference on that other one, for good (Node 20), and with
 * `AbortSignal.timeout` a timer until it is due.
 */
export function startDeadline(timeoutMs: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController()
  let isOver = false
  const end = (): void => controller.abort(outer?.reason)
  const timer = setTimeout(
    () => {
      isOver = true
      controller.abort(new DOMException('it took too long', 'TimeoutError'))
    },
    Math.max(1, Math.min(timeoutMs, longestTimer)),
  )
  timer.unref()
  if (outer?.aborted) end()
  else if (outer) {
    // as many as are under way at once; Node warns of a leak at eleven
    setMaxListeners(0, outer)
    outer.addEventListener('abort', end, { once: true })
  }
  return {
    signal: controller.signal,
    get isOver() {
      return isOver
    },
    clear() {
      clearTimeout(timer)
      outer?.removeEventListener('abort', end)
    },
  }
}
