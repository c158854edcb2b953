import { cpus, release, totalmem } from 'node:os'
import type { Size, Verdict } from './verdict.ts'

export interface Row extends Verdict {
  readonly id: string
  readonly promise: string
  readonly seconds: number
}

/** What a run writes as JSON. */
export interface Report {
  readonly at: string
  readonly size: Size
  readonly seconds: number
  readonly machine: string
  readonly rows: readonly Row[]
}

export function machine(): string {
  const all = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${all.length} × ${all[0]?.model.trim() ?? 'unknown'}, ${memory} GB, Linux ${release()}, Node ${process.version}`
}

export function countOutcomes(rows: readonly Row[]) {
  const count = (outcome: Row['outcome']): number =>
    rows.filter((row) => row.outcome === outcome).length
  return { kept: count('kept'), broken: count('broken'), notTried: count('not tried') }
}

const number = (value: string | number): string =>
  typeof value === 'number' ? value.toLocaleString('en-GB') : value

export const figuresText = (row: Row): string =>
  Object.entries(row.figures)
    .map(([name, value]) => `${name} ${number(value)}`)
    .join(' · ')

export const faultsText = (row: Row): string =>
  row.faults
    .map(({ what, count, needed }) => `${what} ${number(count)} (≥ ${number(needed)})`)
    .join(' · ')

const marks = { kept: '✔ kept', broken: '✘ BROKEN', 'not tried': '– not tried here' } as const

/** One promise, as soon as its verdict is known. */
export function printRow(row: Row): void {
  const out = [
    `${marks[row.outcome].padEnd(10)} ${row.id.padEnd(4)} ${row.promise}  (${row.seconds} s, load ${row.load})`,
    `    tried:   ${row.tried}`,
  ]
  if (row.why !== undefined) out.push(`    why:     ${row.why}`)
  if (row.faults.length > 0) out.push(`    faults:  ${faultsText(row)}`)
  if (Object.keys(row.figures).length > 0) out.push(`    figures: ${figuresText(row)}`)
  for (const failure of row.failures) out.push(`    BROKEN:  ${failure}`)
  process.stdout.write(`${out.join('\n')}\n`)
}

export function printSummary(report: Report, file: string): void {
  const { kept, broken, notTried } = countOutcomes(report.rows)
  const broke = report.rows.flatMap((row) => (row.outcome === 'broken' ? [row.id] : []))
  process.stdout.write(
    `\n${kept} kept, ${broken} broken${broke.length > 0 ? ` (${broke.join(', ')})` : ''}, ${notTried} not tried here; ` +
      `${report.seconds} s; ${report.machine}\n${file}\n`,
  )
}
