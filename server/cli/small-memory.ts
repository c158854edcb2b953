import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Bytes in use above which garbage is collected; a command needs about 30 MB. */
const mostInUse = 40_000_000

/**
 * Keeps a long command small beside a server on the same machine: left alone, V8 lets garbage grow to
 * a multiple of what is in use. To be called before threads are started, which then have small heaps.
 * @returns to be called now and then
 */
export function keepSmall(): () => void {
  setFlagsFromString('--max-semi-space-size=2')
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  return () => {
    if (typeof collect === 'function' && process.memoryUsage().heapUsed > mostInUse) collect()
  }
}

/**
 * Keeps a server's memory near what is in use. Left alone, V8 lets a heap grow to four times of it before
 * it looks for garbage, and gives each thread 48 MB for what is new. To be called before threads are started;
 * the main thread's own share is a flag of `npm start`, because it is fixed when Node starts.
 */
export function keepServerSmall(): void {
  setFlagsFromString('--max-semi-space-size=4')
  setFlagsFromString('--heap-growing-percent=50')
}
