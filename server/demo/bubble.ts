import type { RunEvent } from './run-schema.ts'
import { harmless } from '../cli/terminal.ts'
import { inLine, wrap } from './columns.ts'

type Message = Extract<RunEvent, { type: 'message' }>

const widest = 56

/** A message as WhatsApp shows it: a bubble, with its buttons under the text. */
export function bubbleLines({ text, buttons, kind }: Message): string[] {
  const paragraphs = harmless(text === '' ? `(${kind})` : text).split('\n')
  const body = paragraphs.flatMap((part) => (part === '' ? [''] : wrap(inLine(part), widest)))
  const labels = buttons.map(({ label, url }) =>
    inLine(url === undefined ? `↩ ${label}` : `↗ ${label}`),
  )
  const width = Math.max(20, ...[...body, ...labels].map((line) => [...line].length))
  const fill = (line: string): string => `│ ${line}${' '.repeat(width - [...line].length)} │`
  const centred = (line: string): string =>
    fill(' '.repeat(Math.floor((width - [...line].length) / 2)) + line)
  const rule = '─'.repeat(width + 2)
  return [
    `╭${rule}╮`,
    ...body.map(fill),
    ...labels.flatMap((label) => [`├${rule}┤`, centred(label)]),
    `╰${rule}╯`,
    ...buttons.flatMap(({ url }) => (url === undefined ? [] : [`  ${inLine(url)}`])),
  ]
}
