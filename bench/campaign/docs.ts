import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Report, Row } from './report.ts'
import { faultsText, figuresText } from './report.ts'
import { root } from './tools/server.ts'

const file = join(root, 'docs', 'guarantees.md')
const begin = '<!-- campaign: begin -->'
const end = '<!-- campaign: end -->'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

function tableRow(row: Row): string {
  const verdict =
    row.outcome === 'kept' ? 'kept' : row.outcome === 'broken' ? '**broken**' : 'not tried here'
  const seen = [row.why, ...row.failures, figuresText(row)].filter(Boolean).join(' · ')
  return `| ${row.id} | ${cell(row.promise)} | ${cell(faultsText(row))} | ${cell(seen)} | ${row.load} | ${verdict} |`
}

/** Puts the table of a run between its marks in docs/guarantees.md. */
export function writeDocs(report: Report): void {
  const minutes = Math.round(report.seconds / 60)
  const table = [
    begin,
    `Run of ${report.at.slice(0, 10)} (${report.size}, ${minutes} minutes) on ${report.machine}.`,
    '',
    '| | Promise | Faults, as counted on the other side | Figures | Load | Verdict |',
    '|---|---|---|---|---|---|',
    ...report.rows.map(tableRow),
    end,
  ].join('\n')
  const text = readFileSync(file, 'utf8')
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`${file} has no place for the table`)
  writeFileSync(file, text.slice(0, from) + table + text.slice(to + end.length))
}
