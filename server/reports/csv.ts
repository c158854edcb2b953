export type CsvCell = string | number | null | undefined

/** What a spreadsheet would take for a formula (OWASP, "CSV Injection"), also after leading blanks. */
const formula = /^\s*[=+\-@\t\r\n＝＋－＠]/
const phone = /^\+\d{6,15}$/

/** A phone number is only digits behind its plus and stays as it is. */
function harmless(text: string): string {
  return formula.test(text) && !phone.test(text) ? `'${text}` : text
}

function cell(value: CsvCell): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = harmless(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** One record after RFC 4180, its line break included; texts cannot be taken for formulas. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}
