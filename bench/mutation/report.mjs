import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const lastRun = (root) => join(root, 'reports', 'mutation', 'last.json')
const verdicts = (root) => join(root, 'reports', 'mutation', 'mutation.json')
const read = (file) => JSON.parse(readFileSync(file, 'utf8'))

/** The verdicts of a run take the place of older ones of the same files; files that are gone lose theirs. */
export function mergeReport(root) {
  const last = read(lastRun(root))
  const before = existsSync(verdicts(root)) ? read(verdicts(root)).files : {}
  const all = Object.entries({ ...before, ...last.files })
  const files = Object.fromEntries(all.filter(([file]) => existsSync(join(root, file))))
  writeFileSync(verdicts(root), JSON.stringify({ ...last, files }))
}

const noticed = ['Killed', 'Timeout']
const alive = ['Survived', 'NoCoverage']

function scoreOf(mutants) {
  const count = (statuses) => mutants.filter(({ status }) => statuses.includes(status)).length
  const [killed, left] = [count(noticed), count(alive)]
  const score = killed + left === 0 ? '' : `${((100 * killed) / (killed + left)).toFixed(1)} %`
  return { mutants: killed + left, unreached: count(['NoCoverage']), left, score }
}

const folderOf = (file) => /^server\/policy\/([\w-]+\/)/.exec(file)?.[1] ?? 'policy itself'
const quoted = (text) => '`' + text.replaceAll('`', "'") + '`'

function shown({ mutatorName, replacement = '' }) {
  const text = replacement.replaceAll(/\s+/g, ' ')
  return text === '' || text.length > 40 ? mutatorName : quoted(text)
}

/** Each line with a mutant that nobody noticed, and what took its place. */
function listOf(file, mutants) {
  const lines = new Map()
  for (const mutant of mutants)
    if (alive.includes(mutant.status)) {
      const { line } = mutant.location.start
      lines.set(line, [...(lines.get(line) ?? []), shown(mutant)])
    }
  if (lines.size === 0) return []
  const told = [...lines]
    .sort(([a], [b]) => a - b)
    .map(([line, all]) => `${line}: ${all.join(', ')}`)
  return [`**${file.replace('server/policy/', '')}** ${told.join(' · ')}`, '']
}

/** docs/mutants.md: the score of each folder, and every mutant that lives. */
export function writeDocs(root) {
  if (!existsSync(verdicts(root)))
    throw new Error('no mutant was tried yet; npm run mutation tries them, in about 12 minutes')
  const { files } = read(verdicts(root))
  const entries = Object.entries(files).map(([file, { mutants }]) => [file, mutants])
  const row = (name, mutants) => {
    const { mutants: all, unreached, left, score } = scoreOf(mutants)
    return `| ${name} | ${all} | ${left} | ${unreached} | ${score} |`
  }
  const folders = new Map()
  for (const [file, mutants] of entries) {
    const folder = folderOf(file)
    folders.set(folder, [...(folders.get(folder) ?? []), ...mutants])
  }
  const text = [
    '# Mutants that live',
    '',
    'What `npm run mutation` changed in the policy engine without a test noticing; written by',
    '`npm run mutation -- --write-docs`. What the score means and what was done: [guarantees.md](guarantees.md).',
    '',
    '| | mutants | live | of which no test reaches | score |',
    '| --- | --- | --- | --- | --- |',
    row(
      '**all**',
      entries.flatMap(([, mutants]) => mutants),
    ),
    ...[...folders].map(([name, mutants]) => row(name, mutants)),
    '',
    'The line of each, and what took the place of what stood there:',
    '',
    ...entries.flatMap(([file, mutants]) => listOf(file, mutants)),
  ]
  writeFileSync(join(root, 'docs', 'mutants.md'), text.join('\n'))
}
