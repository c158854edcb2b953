import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import type { Section } from './report.ts'
import { sectionText } from './report.ts'

const begin = '<!-- figures: written by npm run bench -- --write-docs -->'
const end = '<!-- end of figures -->'

/** The sections that stand in the page, by title, with the machine they were measured on. */
function standing(figures: string): Map<string, string> {
  const parts = figures.split(/^(?=## )/m).slice(1)
  return new Map(parts.map((part) => [part.slice(3, part.indexOf('\n')).trim(), part.trim()]))
}

/**
 * Puts the figures into docs/bench.md, between its two marks; the words around stay, and so do the figures
 * of parts that were not measured this time.
 */
export async function writeDocs(
  root: string,
  sections: readonly Section[],
  machine: string,
): Promise<void> {
  const file = join(root, 'docs', 'bench.md')
  const text = readFileSync(file, 'utf8')
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error('docs/bench.md has lost the marks of its figures')
  const all = standing(text.slice(from, to))
  for (const section of sections) {
    const written = sectionText(section).replace('\n\n', `\n\nMeasured ${machine}\n\n`)
    all.set(section.title, written.trim())
  }
  const page = `${text.slice(0, from)}${begin}\n\n${[...all.values()].join('\n\n')}\n\n${text.slice(to)}`
  const style = { ...(await resolveConfig(file)), parser: 'markdown' }
  writeFileSync(file, await format(page, style))
}
