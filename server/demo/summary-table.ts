import type { Paint } from '../cli/terminal.ts'
import type { Summary } from './tally.ts'

/** How calls end, as their callers would say it. */
const endWords: Readonly<Record<string, string>> = {
  rejected: 'rejected',
  abandoned: 'caller hung up before an answer',
  not_answered: 'rang out, nobody answered',
  completed: 'answered, caller hung up',
  terminated: 'answered, the line hung up',
  declined: 'declined',
  failed: 'failed',
  closed: 'cut off, the simulator ended',
  calling_disabled: 'could not call: calling is disabled',
  restricted: 'could not call: the line is restricted',
  outside_call_hours: "could not call: outside the line's call hours at Meta",
  blocked: 'could not call: blocked at Meta',
  busy: 'could not call: is calling already',
  too_many_calls: 'could not call: too many calls on the line',
}

export const endText = (reason: string): string => endWords[reason] ?? reason

/** What became of the calls, as a table that adds up. */
export function summaryLines(summary: Summary, paint: Paint): string[] {
  const { ends, webhooks } = summary
  const rows: [string, string][] = [
    ...Object.entries(ends).map(([reason, count]): [string, string] => [
      endText(reason),
      String(count),
    ]),
    ['calls', String(summary.calls)],
  ]
  const statuses = Object.entries(webhooks.statuses).map(
    ([status, count]) => `${count} × ${status}`,
  )
  const time = (ms: number | null): string => (ms === null ? '–' : `${ms} ms`)
  const more: [string, string][] = [
    ['webhooks answered', statuses.join(', ') || 'none'],
    ['  median', time(webhooks.p50)],
    ['  99 of 100 within', time(webhooks.p99)],
    ['  slowest', time(webhooks.max)],
    ['messages received', String(summary.messages)],
    ['failures', String(summary.failures)],
    ['seconds', String(summary.seconds)],
  ]
  const width = Math.max(...[...rows, ...more].map(([name]) => name.length)) + 2
  const digits = Math.max(...rows.map(([, count]) => count.length))
  const counted = rows.map(([name, count]) => `  ${name.padEnd(width)}${count.padStart(digits)}`)
  const total = counted.pop() ?? ''
  return [
    ...counted,
    `  ${'─'.repeat(width + digits)}`,
    paint('bold', total),
    '',
    ...more.map(([name, value]) => {
      const line = `  ${name.padEnd(width)}${value}`
      return name === 'failures' && summary.failures > 0 ? paint('red', line) : line
    }),
  ]
}
