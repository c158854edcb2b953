import type { Config } from '../../config.ts'
import type { Db } from '../../db/open.ts'
import type { PastRange } from '../../db/queries/past-calls.ts'
import { countPastCalls, pastCalls } from '../../db/queries/past-calls.ts'
import type { End, PastCall, Replayed } from '../../policy/replay.ts'
import { replayCall } from '../../policy/replay.ts'
import { openExisting, readInstallation, using } from '../database.ts'
import { wrongUse } from '../failure.ts'
import { progress } from '../progress.ts'
import { readSettings } from '../settings.ts'
import { keepSmall } from '../small-memory.ts'
import { count, print, printLine } from '../terminal.ts'
import type { Candidate } from './candidate.ts'
import { readCandidate } from './candidate.ts'

/** What the command line says. */
export interface Options {
  readonly policy: string
  readonly release?: string
  readonly callsOf?: string
  readonly since?: string
  readonly limit?: string
  readonly json?: true
}

interface Changed {
  readonly before: End
  readonly after: End
}

/** What a call comes to; one whose decision cannot be read any more is undecidable too. */
type Again =
  | Exclude<Replayed, { kind: 'same' | 'changed' }>
  | { kind: 'same' }
  | ({ kind: 'changed' } & Changed)

function again({ compiled }: Candidate, call: PastCall | undefined): Again {
  if (!call) return { kind: 'undecidable', missing: ['the decision itself'] }
  const found = replayCall(compiled, call)
  if (found.kind === 'undecidable') return found
  if (found.kind === 'same') return { kind: 'same' }
  const { outcome, node } = call.way
  return { kind: 'changed', before: { outcome, node }, after: found.after }
}

/** What came of all calls. */
class Summary {
  calls = 0
  changed = 0
  undecidable = 0
  readonly #changes = new Map<string, number>()
  readonly #missing = new Map<string, number>()

  add(found: Again): void {
    this.calls++
    if (found.kind === 'changed') {
      this.changed++
      const { before, after } = found
      const change =
        before.outcome === after.outcome
          ? `${before.outcome} at another node`
          : `${before.outcome} → ${after.outcome}`
      this.#changes.set(change, (this.#changes.get(change) ?? 0) + 1)
    } else if (found.kind === 'undecidable') {
      this.undecidable++
      for (const fact of found.missing) this.#missing.set(fact, (this.#missing.get(fact) ?? 0) + 1)
    }
  }

  toJSON() {
    const { calls, changed, undecidable } = this
    return {
      calls,
      changed,
      undecidable,
      changes: Object.fromEntries(this.#changes),
      notJournalled: Object.fromEntries(this.#missing),
    }
  }

  lines(): string[] {
    const listed = (counts: Map<string, number>) =>
      [...counts]
        .sort((a, b) => b[1] - a[1])
        .map(([name, number]) => `${number.toLocaleString('en')} ${name}`)
        .join(', ')
    const changes = this.changed > 0 ? `: ${listed(this.#changes)}` : ''
    return [
      `${count(this.calls, 'call')}, ${this.changed.toLocaleString('en')} would change${changes}`,
      ...(this.undecidable > 0
        ? [
            `${count(this.undecidable, 'call')} cannot be decided: not journalled ` +
              `(${listed(this.#missing)})`,
          ]
        : []),
    ]
  }
}

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** `7d`, `12h`, a date or an instant → ISO. */
function instantOf(since: string): string {
  const match = /^(\d{1,5})([mhdw])$/.exec(since)
  const unit = match?.[2]
  if (unit === 'm' || unit === 'h' || unit === 'd' || unit === 'w')
    return new Date(Date.now() - Number(match?.[1]) * unitMs[unit]).toISOString()
  const at = /^\d{4}-\d\d-\d\d/.test(since) ? Date.parse(since) : Number.NaN
  if (Number.isNaN(at))
    throw wrongUse(`--since: expected 30m, 12h, 7d, 2w, a date or an instant, not "${since}".`)
  return new Date(at).toISOString()
}

function limitOf(limit: string | undefined): number {
  if (limit === undefined) return Number.MAX_SAFE_INTEGER
  if (!/^[1-9]\d{0,9}$/.test(limit))
    throw wrongUse(`--limit: expected a number of calls, not "${limit}".`)
  return Number(limit)
}

/** Prints each change as it is found, so that nothing is kept. */
interface Output {
  change(call: PastCall, changed: Changed): Promise<void>
  end(summary: Summary): Promise<void>
}

const isoOf = (at: number): string => new Date(at).toISOString()

const textOutput: Output = {
  change: ({ ref, at }, { before, after }) =>
    printLine(
      `${ref}  ${isoOf(at)}  ${before.outcome}/${before.node} → ${after.outcome}/${after.node}`,
    ),
  async end(summary) {
    for (const line of summary.lines()) await printLine(line)
  },
}

function jsonOutput({ id, name }: Candidate): Output {
  const head = JSON.stringify({ policy: id, decidedBy: name }, null, 2).slice(0, -2)
  const opening = `${head},\n  "changed": [`
  let isOpen = false
  return {
    async change({ ref, at }, { before, after }) {
      const change = JSON.stringify({ ref, at: isoOf(at), before, after })
      await print(`${isOpen ? ',' : opening}\n    ${change}`)
      isOpen = true
    },
    async end(summary) {
      const list = isOpen ? '\n  ]' : `${opening}]`
      await print(`${list},\n  "summary": ${JSON.stringify(summary)}\n}\n`)
    },
  }
}

interface Replay {
  readonly candidate: Candidate
  readonly range: PastRange
  readonly output: Output
}

async function replay(db: Db, { candidate, range, output }: Replay): Promise<void> {
  const pause = keepSmall()
  const total = Math.min(await countPastCalls(db, range), range.limit)
  const shown = progress('deciding again', total)
  const summary = new Summary()
  try {
    for await (const { call } of pastCalls(db, range)) {
      const found = again(candidate, call)
      summary.add(found)
      if (call && found.kind === 'changed') await output.change(call, found)
      if (summary.calls % 100 !== 0) continue
      shown.at(summary.calls, `${summary.calls.toLocaleString('en')} calls`)
      pause()
      // a long run of fast reads would otherwise keep the bar and Ctrl-C waiting
      await new Promise((resolve) => setImmediate(resolve))
    }
  } finally {
    shown.end()
  }
  await output.end(summary)
}

async function runOn(db: Db, options: Options, config: Config): Promise<void> {
  const installation = await readInstallation(db, config)
  const since = options.since === undefined ? undefined : instantOf(options.since)
  const limit = limitOf(options.limit)
  const candidate = await readCandidate(db, options, { config, installation })
  const range = { policy: options.callsOf ?? candidate.id, since, limit }
  const output = options.json ? jsonOutput(candidate) : textOutput
  await replay(db, { candidate, range, output })
}

export async function run(options: Options): Promise<void> {
  const config = readSettings()
  await using(openExisting(config), (db) => runOn(db, options, config))
}
