import cliProgress from 'cli-progress'

/** How far something is. On a terminal a bar, otherwise a line now and then; on stderr. */
export interface Progress {
  /** @param done of `total`; @param what e.g. `12,500 rows` */
  at(done: number, what: string): void
  end(): void
}

/** Nothing is shown of what is done sooner. */
const patienceMs = 1_000
const lineEveryMs = 2_000

function lines(title: string, total: number): Progress {
  let next = performance.now() + patienceMs
  return {
    at(done, what) {
      if (performance.now() < next) return
      next = performance.now() + lineEveryMs
      const share = total > 0 ? ` (${Math.min(100, Math.floor((100 * done) / total))} %)` : ''
      process.stderr.write(`${title}: ${what}${share}\n`)
    },
    end: () => undefined,
  }
}

function bar(title: string, total: number): Progress {
  const shown = new cliProgress.SingleBar({
    format: `${title} [{bar}] {percentage} % · {what}`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  })
  const from = performance.now() + patienceMs
  let isStarted = false
  return {
    at(done, what) {
      if (!isStarted && performance.now() < from) return
      if (!isStarted) shown.start(total, done, { what })
      isStarted = true
      shown.update(Math.min(done, total), { what })
    },
    end: () => {
      if (isStarted) shown.stop()
    },
  }
}

export function progress(title: string, total: number): Progress {
  return process.stderr.isTTY ? bar(title, total) : lines(title, total)
}
