/** Cells of a CSV file ⇄ values. Lists are separated by `;`; a `;` within an entry is `\;`. */

export function listCell(entries: readonly string[]): string {
  return entries.map((entry) => entry.replace(/[\\;]/g, '\\$&')).join(';')
}

export function cellList(cell: string): string[] {
  const entries = [...cell.matchAll(/((?:\\[\s\S]|[^;\\])*)(?:;|$)/g)].map(([, entry = '']) =>
    entry.replace(/\\([\s\S])/g, '$1').trim(),
  )
  return entries.filter((entry) => entry !== '')
}

/** A cell that is not what its column wants; says what is. */
export class CellError extends Error {
  override readonly name = 'CellError'
  readonly expected: string
  readonly column: string

  constructor(expected: string, column = '') {
    super(`expected ${expected}`)
    this.expected = expected
    this.column = column
  }
}

export function cellNumber(cell: string): number {
  const text = cell.trim()
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new CellError('a number')
  return Number(text)
}

const truths: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  '1': true,
  false: false,
  no: false,
  '0': false,
}

export function cellBoolean(cell: string): boolean {
  const value = truths[cell.trim().toLowerCase()]
  if (value === undefined) throw new CellError('true or false')
  return value
}

export function cellJson(cell: string): unknown {
  try {
    const value: unknown = JSON.parse(cell)
    return value
  } catch {
    throw new CellError('JSON')
  }
}

/** A cell in quotes where it needs them (RFC 4180). */
export function csvLine(cells: readonly string[]): string {
  return `${cells
    .map((cell) => (/[",\r\n;\t]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(',')}\n`
}
