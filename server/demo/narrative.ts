import type { Paint } from '../cli/terminal.ts'
import { bubbleLines } from './bubble.ts'
import { inLine } from './columns.ts'
import type { RunEvent, SimulatorStatus } from './run-schema.ts'
import { endText } from './summary-table.ts'

const indent = ' '.repeat(12)

function ended(event: Extract<RunEvent, { type: 'ended' }>): string {
  const { reason, rangMs, durationSeconds } = event
  const words = endText(reason)
  if (durationSeconds !== undefined) return `${words}; ${durationSeconds} s were talked`
  if (reason === 'rejected' || reason === 'abandoned' || reason === 'not_answered')
    return `${words}, after ${Math.round(rangMs)} ms of ringing`
  return words
}

function answered({ status, ms }: Extract<RunEvent, { type: 'answered' }>): string {
  if (status === 0) return 'the server does not answer the webhook; is it running?'
  const time = `${ms.toFixed(1)} ms`
  return status === 200
    ? `the server answered Meta's webhook within ${time}`
    : `the server answered Meta's webhook with ${status} (${time})`
}

/** What the caller sees and hears, a line for each thing that happens. */
export function storyLines(
  event: RunEvent,
  told: { paint: Paint; status: SimulatorStatus },
): string[] {
  const { paint, status } = told
  const at = paint('dim', `${(event.at / 1000).toFixed(2).padStart(7)} s   `)
  switch (event.type) {
    case 'dialled': {
      const line = status.lines.find(({ id }) => id === event.line)
      const name = line ? `${inLine(line.name)} (${line.display})` : event.line
      const rings = event.id === '' ? [] : [`${at}the telephone rings`]
      return [
        `${at}${event.from === undefined ? event.userId : `+${event.from}`} dials ${name}`,
        ...rings,
      ]
    }
    case 'answered':
      return [at + paint('dim', answered(event))]
    case 'ended':
      return [at + paint('bold', ended(event))]
    case 'message':
      return [`${at}a message:`, ...bubbleLines(event).map((line) => indent + paint('green', line))]
    case 'written':
      return [
        `${at}writes: ${inLine(event.text)}`,
        at +
          paint(
            'dim',
            event.status === 200 ? 'the server has it' : `the server answered ${event.status}`,
          ),
      ]
    case 'started':
    case 'done':
      return []
  }
}
