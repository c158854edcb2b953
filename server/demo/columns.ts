import { harmless } from '../cli/terminal.ts'

/** Columns to write in: those of the terminal, from 80 to 140; 110 where there is none. */
export function widthOf(stream: { columns?: number }): number {
  const columns = stream.columns ?? Number(process.env['COLUMNS'] ?? Number.NaN)
  return Number.isFinite(columns) && columns > 0 ? Math.min(140, Math.max(80, columns)) : 110
}

const breaks = /[\n\r\t\v\f\u0085\u2028\u2029]+/g
const unseen = /\p{Cf}/gu

/** Text that others wrote, fit for a line of a terminal: nothing that could steer it, no breaks. */
export function inLine(text: string): string {
  return harmless(text.replace(breaks, ' ')).replace(unseen, '')
}

/** Cuts to so many characters, with an ellipsis. */
export function cut(text: string, width: number): string {
  const characters = [...text]
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`
}

/** Fills up with blanks to so many characters. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - [...text].length))
}

/** Breaks at blanks into lines of at most so many characters; a longer word is cut. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if ([...longer].length <= width) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = cut(word, width)
  }
  return line === '' ? lines : [...lines, line]
}
