import { DateTime } from 'luxon'
import type { CallView } from '../schema/call.ts'
import type { DecisionView } from '../schema/decision.ts'
import type { OutcomeKind } from '../schema/policy.ts'
import { followUpText, insteadText, outcomeWords, pathText, timeText } from './decision-text.ts'
import type { Paint } from '../cli/terminal.ts'
import { cut, inLine, pad, wrap } from './columns.ts'

export interface Shown {
  readonly call: CallView
  readonly decision: DecisionView
  readonly lineName: string
  /** Label of the outcome's node, if it has one. */
  readonly label: string | undefined
}

const indent = ' '.repeat(10)
const colours = {
  accept: 'green',
  ai_pickup: 'cyan',
  reject: 'yellow',
  voicemail: 'magenta',
} as const satisfies Record<OutcomeKind, string>

/** Enough of a number to tell two callers apart: `+33•••••01`. */
export function maskedNumber(phone: string | null): string {
  return phone === null ? 'no number' : `${phone.slice(0, 3)}•••••${phone.slice(-2)}`
}

/** The local time of an instant, `HH:mm:ss`. */
export function clockText(iso: string): string {
  return DateTime.fromISO(iso).toFormat('HH:mm:ss')
}

function nameOf(call: CallView): string {
  return inLine(call.contact?.name ?? 'somebody')
}

/** How lines are made: in colour or not, for a terminal of a width or whole. */
export interface Look {
  readonly paint: Paint
  readonly width: number
  /** Lines longer than the width are wrapped, and cut after two. */
  readonly isTerminal: boolean
}

function block(text: string, look: Look): string[] {
  if (!look.isTerminal) return [text]
  const [first = '', ...more] = wrap(text, look.width - indent.length)
  return more.length === 0 ? [first] : [first, cut(more.join(' '), look.width - indent.length)]
}

/** A decision: who called and what was chosen, the way there, what was done. Three lines if they are wide enough. */
export function decisionLines(shown: Shown, look: Look): string[] {
  const { call, decision, lineName, label } = shown
  const { paint, width } = look
  const time = timeText(decision)
  const who = `${nameOf(call)} ${maskedNumber(call.from_number)} → ${inLine(lineName)}`
  const room = width - indent.length - 11 - time.length - 1
  const first = [
    paint('dim', pad(clockText(decision.at), 10)),
    paint(['bold', colours[decision.outcome]], pad(decision.outcome, 11)),
    pad(cut(who, room), room + 1),
    paint('dim', time),
  ].join('')
  const words = [outcomeWords[decision.outcome], label].filter(Boolean).join(': ')
  const done = [words, insteadText(decision)].filter(Boolean).join('; ')
  const last = [inLine(done), followUpText(decision.actions)].filter(Boolean).join('  ✉ ')
  return [
    first,
    ...block(pathText(decision.path), look).map((line) => indent + line),
    ...block(last, look).map((line) => indent + paint('dim', line)),
  ]
}

/** A remark between the decisions, e.g. that a policy was published. */
export function remarkLines(text: string, look: Look): string[] {
  const [first = '', ...more] = wrap(inLine(text), look.width - indent.length - 2)
  const time = look.paint('dim', pad(DateTime.now().toFormat('HH:mm:ss'), 10))
  return [time + look.paint('blue', `· ${first}`), ...more.map((line) => `${indent}  ${line}`)]
}
