/** The steps of a call between which a crash must do no harm, in their order. */
export type CrashPoint =
  | 'after-decision'
  | 'before-commit'
  | 'after-commit'
  | 'before-answer'
  | 'after-answer'
  | 'before-claim'
  | 'after-claim'
  | 'after-send'
  | 'after-settle'

const form = /^(?<point>[a-z-]+)(?:\/(?<what>\w+))?(?::(?<times>\d+))?$/
const armed = form.exec(process.env['CALLGATE_CRASH_AT'] ?? '')?.groups
let left = Number(armed?.['times'] ?? 1)

/**
 * For the campaign (docs/guarantees.md): `CALLGATE_CRASH_AT=after-claim/message:3` kills the process
 * when it passes this point with such a thing (a command, a type of action; anything when left out) for
 * the third time. Without the variable nothing happens.
 */
export function crashPoint(point: CrashPoint, what = ''): void {
  if (armed?.['point'] !== point) return
  if (armed['what'] !== undefined && armed['what'] !== what) return
  left -= 1
  if (left === 0) process.kill(process.pid, 'SIGKILL')
}

/** The same, once what is under way in this turn of the event loop has been written out. */
export function crashPointSoon(point: CrashPoint): void {
  if (armed?.['point'] === point) setImmediate(() => crashPoint(point))
}
