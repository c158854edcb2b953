import type { CallOptions } from './calls.ts'
import type { Random } from './random.ts'
import { seededRandom } from './random.ts'
import type { SimulatedCall } from './simulated-call.ts'

/** One call of a scenario: when it is placed, by whom, and what part the caller plays. */
export interface ScenarioStep {
  /** Milliseconds after the start. */
  afterMs: number
  call: CallOptions
  /** What makes this caller worth watching, e.g. `regular`, `spammer`. */
  part: string
}

export interface MondayOptions {
  /** Phone-number ids; callers spread over them. */
  lines: readonly [string, ...string[]]
  /** A line whose calendar is closed: the after-hours calls go there. Absent: the first line. */
  closedLine?: string
  /** How long the hour lasts; 60 seconds unless told. */
  lengthMs?: number
  seed?: number
  /** Phone numbers of known people; fictional ones unless told. */
  regulars?: readonly string[]
  vips?: readonly string[]
}

export interface SteadyOptions {
  lines: readonly [string, ...string[]]
  count: number
  /** Calls a second. */
  rate: number
  /** Different callers; as many as calls unless told. */
  callers?: number
  hangUpAfterMs?: number
}

const hourMs = 3_600_000
/** Numbers that Ofcom keeps for drama. */
const dramaNumber = (random: Random): string =>
  `+447700900${String(random.int(1000)).padStart(3, '0')}`
const usualRegulars = ['+447700900101', '+447700900102', '+447700900103', '+447700900104']
const usualVips = ['+447700900201', '+447700900202']

const names = ['Ana Lima', 'Ben Okafor', 'Chloé Martin', 'Dev Patel', 'Eva Novák', 'Farid Haddad']

/**
 * An hour of a Monday, compressed: regulars who call and call again, VIPs, strangers, hang-ups
 * after a few rings, one who calls eight times within ten minutes, a caller known only by a
 * username, one who comes from a button, and calls to a line that is closed. In order of time.
 */
export function mondayMorning(options: MondayOptions): ScenarioStep[] {
  const random = seededRandom(options.seed ?? 20_261_120)
  const scale = (options.lengthMs ?? 60_000) / hourMs
  const [first, ...others] = options.lines
  const all = [first, ...others]
  const anyLine = (): string => all[random.int(all.length)] ?? first
  const at = (minute: number): number => Math.round(minute * 60_000 * scale)
  const ms = (seconds: number): number => Math.max(5, Math.round(seconds * 1000 * scale))
  const step = (minute: number, part: string, call: Omit<CallOptions, 'line'>): ScenarioStep => ({
    afterMs: at(minute),
    part,
    call: { line: anyLine(), talkMs: ms(120 + random.int(240)), ...call },
  })
  const regulars = (options.regulars ?? usualRegulars).flatMap((from, index) => {
    const name = names[index % names.length]
    const minute = 2 + random.int(40)
    return [
      step(minute, 'regular', { from, name }),
      ...(index % 2 === 0 ? [step(minute + 12, 'regular calls again', { from, name })] : []),
    ]
  })
  const vips = (options.vips ?? usualVips).map((from, index) =>
    step(8 + index * 21, 'vip', { from, name: names.at(-1 - index) }),
  )
  const spammer = Array.from({ length: 8 }, (_, index) =>
    step(15 + index * 1.2, 'spammer', {
      from: '+447700900666',
      name: 'PRIZE',
      hangUpAfterMs: ms(25),
    }),
  )
  const strangers = Array.from({ length: 12 }, () =>
    step(random.int(58), 'stranger', { from: dramaNumber(random) }),
  )
  const hangUps = Array.from({ length: 5 }, () =>
    step(random.int(58), 'hangs up', {
      from: dramaNumber(random),
      hangUpAfterMs: ms(2 + random.int(6)),
    }),
  )
  const special = [
    step(11, 'username only', {
      userId: 'GB.81203947561029384756',
      username: 'quiet.caller',
      name: 'quiet.caller',
    }),
    step(23, 'from a button', { from: dramaNumber(random), ctaPayload: 'campaign=november' }),
    step(31, 'from a link', { from: dramaNumber(random), deeplinkPayload: 'page=pricing' }),
    ...[51, 54, 57].map((minute) => {
      const late = step(minute, 'after hours', { from: dramaNumber(random) })
      return { ...late, call: { ...late.call, line: options.closedLine ?? first } }
    }),
  ]
  return [...regulars, ...vips, ...spammer, ...strangers, ...hangUps, ...special].sort(
    (a, b) => a.afterMs - b.afterMs,
  )
}

/** So many calls at an even rate, made as they are asked for. */
export function* steady(options: SteadyOptions): Generator<ScenarioStep> {
  const callers = options.callers ?? options.count
  for (let index = 0; index < options.count; index += 1) {
    const line = options.lines[index % options.lines.length] ?? options.lines[0]
    const from = `+1555${String(index % callers).padStart(7, '0')}`
    yield {
      afterMs: Math.round((index * 1000) / options.rate),
      part: 'steady',
      call: { line, from, hangUpAfterMs: options.hangUpAfterMs },
    }
  }
}

/** The named scenarios. */
export const scenarios = { 'monday-morning': mondayMorning, steady } as const
export type ScenarioName = keyof typeof scenarios

/**
 * Places the calls at their times (open loop: a late one does not delay the next). Resolves when
 * the last was placed or the signal aborts; gives how many were placed.
 */
export async function playScenario(
  simulator: { call(options: CallOptions): Promise<SimulatedCall> },
  steps: Iterable<ScenarioStep>,
  options: {
    signal?: AbortSignal
    onCall?: (call: SimulatedCall, step: ScenarioStep) => void
  } = {},
): Promise<number> {
  const start = performance.now()
  let placed = 0
  for (const step of steps) {
    const waitMs = start + step.afterMs - performance.now()
    if (waitMs > 1) await wait(waitMs, options.signal)
    if (options.signal?.aborted) break
    const call = await simulator.call(step.call)
    placed += 1
    options.onCall?.(call, step)
  }
  return placed
}

async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
    if (signal?.aborted) done()
  })
}
