import { cpus, loadavg } from 'node:os'

/** `quick` runs on every change and only has to show that a promise holds loosely; `full` judges the targets. */
export type Size = 'quick' | 'full'

/** A fault, counted where it happened: by Meta's side, the CRM, the kernel, or by us who did it. */
export interface FaultCount {
  readonly what: string
  readonly count: number
  /** Fewer than this and nothing was shown. */
  readonly needed: number
}

export interface Verdict {
  readonly outcome: 'kept' | 'broken' | 'not tried'
  readonly tried: string
  readonly figures: Readonly<Record<string, string | number>>
  readonly faults: readonly FaultCount[]
  /** What was not as promised; faults that did not happen included. */
  readonly failures: readonly string[]
  /** Why it was not tried here. */
  readonly why?: string
  /** Load average of the last minute while it ran, beside which times are to be read. */
  readonly load: number
}

/** One promise and how it is tried. */
export interface PromiseFile<Tools> {
  readonly id: string
  readonly promise: string
  run(tools: Tools, size: Size): Promise<Verdict>
}

const rounded = (value: number): number => Math.round(value * 100) / 100

/**
 * Times on a machine that does other things meanwhile say little; quick runs allow three times as much,
 * and more where more wants to run than there are cores.
 */
const looseness = (): number => 3 * Math.max(1, (loadavg()[0] ?? 0) / cpus().length)

/** Collects what one promise was put through and how it stood. */
export class Trial {
  readonly #tried: string
  readonly #size: Size
  readonly #figures: Record<string, string | number> = {}
  readonly #faults: FaultCount[] = []
  readonly #failures: string[] = []
  readonly #failed = new Set<string>()

  constructor(size: Size, tried: string) {
    this.#size = size
    this.#tried = tried
  }

  figure(name: string, value: string | number): void {
    this.#figures[name] = typeof value === 'number' ? rounded(value) : value
  }

  /** A fault that had to happen so often. */
  fault(what: string, count: number, needed: number): void {
    this.#faults.push({ what, count, needed })
    if (!(count >= needed))
      this.#failures.push(`the fault did not happen: ${what} ${count}, needed ${needed}`)
  }

  /** Something that must be so; told once, however often it is not. */
  check(what: string, isSo: boolean, seen?: unknown): void {
    if (isSo || this.#failed.has(what)) return
    this.#failed.add(what)
    this.#failures.push(seen === undefined ? what : `${what}: ${text(seen)}`)
  }

  /** A number that must be exactly so. */
  same(what: string, seen: number | string, expected: number | string): void {
    this.figure(what, seen)
    this.check(`${what} must be ${expected}`, seen === expected, seen)
  }

  /** A time that must not be longer: exactly so in a full run, loosely in a quick one. */
  atMost(what: string, seen: number, target: number): void {
    const limit = this.#size === 'full' ? target : target * looseness()
    this.figure(what, seen)
    this.check(`${what} must be at most ${rounded(limit)}`, seen <= limit, rounded(seen))
  }

  verdict(): Verdict {
    return {
      outcome: this.#failures.length === 0 ? 'kept' : 'broken',
      tried: this.#tried,
      figures: this.#figures,
      faults: this.#faults,
      failures: this.#failures,
      load: rounded(loadavg()[0] ?? 0),
    }
  }
}

function text(seen: unknown): string {
  const json = typeof seen === 'string' ? seen : JSON.stringify(seen)
  return json.length > 300 ? `${json.slice(0, 300)} …` : json
}

/** For what this machine cannot try. */
export function notTried(tried: string, why: string): Verdict {
  const load = rounded(loadavg()[0] ?? 0)
  return { outcome: 'not tried', tried, figures: {}, faults: [], failures: [], why, load }
}
