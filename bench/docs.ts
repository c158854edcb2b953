import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import type { Section } from './report.ts'
import { sectionText } from './report.ts'

const begin = '<!-- figures: written by npm run bench -- --write-docs -->'
const end = '<!-- end of figures -->'

/** Puts the figures of a full run into docs/bench.md, between its two marks; the words around stay. */
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
  const figures = [machine, '', ...sections.map(sectionText)].join('\n')
  const page = `${text.slice(0, from)}${begin}\n\n${figures}\n${text.slice(to)}`
  const style = { ...(await resolveConfig(file)), parser: 'markdown' }
  writeFileSync(file, await format(page, style))
}
