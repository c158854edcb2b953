import { once } from 'node:events'
import { stripVTControlCharacters, styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Puts colour on a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string

/** Colours on a terminal only, and none where NO_COLOR is set (https://no-color.org). */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  const plain = !stream.isTTY || Boolean(process.env['NO_COLOR'])
  return (style, text) => (plain ? text : styleText(style, text, { validateStream: false }))
}

/** What others wrote, without what would steer the terminal; tabs and line ends stay. */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '�')
}

/** Writes to stdout; waits while the reader is slow, so that nothing piles up. */
export async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain')
}

export async function printLine(line = ''): Promise<void> {
  await print(`${line}\n`)
}

export async function printJson(value: unknown): Promise<void> {
  await printLine(JSON.stringify(value, null, 2))
}

/** Something for the person at the terminal that is not the result. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** `1 error`, `2 errors`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}
