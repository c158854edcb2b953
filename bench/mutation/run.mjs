import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/**
 * npm run mutation                     everything; hours
 * npm run mutation -- --part 2/4       every fourth block of lines of each file, from the second
 * npm run mutation -- --only validate  files whose path contains this
 *
 * Stryker is installed into bench/mutation/node_modules; a further run tries again only what has changed.
 */
const folder = fileURLToPath(new URL('.', import.meta.url))
const root = join(folder, '..', '..')
const stryker = join(folder, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js')
const blockLines = 25

function files() {
  return readdirSync(join(root, 'server/policy'), { recursive: true })
    .map((name) => `server/policy/${name}`)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .sort()
}

/** Ranges of lines as Stryker takes them; other blocks of each file, so that each part has its first lines. */
function rangesOf(file, index, { part, parts }) {
  const lines = readFileSync(join(root, file), 'utf8').split('\n').length
  const ranges = []
  for (let block = 0; block * blockLines < lines; block += 1)
    if ((block + index) % parts === part - 1)
      ranges.push(`${file}:${block * blockLines + 1}-${Math.min(lines, (block + 1) * blockLines)}`)
  return ranges
}

const { values } = parseArgs({
  options: {
    part: { type: 'string', default: '1/1' },
    only: { type: 'string', default: '' },
    'temp-folder': { type: 'string' },
  },
})
const [part = 1, parts = 1] = values.part.split('/').map(Number)
if (!(part >= 1 && part <= parts)) throw new Error('--part expects e.g. 2/4')

// without its peers: vitest is the project's own
const install = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--legacy-peer-deps']
if (!existsSync(stryker))
  execFileSync('npm', [...install, '--loglevel=error'], { cwd: folder, stdio: 'inherit' })

const mutated = files()
  .map((file, index) => (parts === 1 ? [file] : rangesOf(file, index, { part, parts })))
  .flat()
  .filter((range) => range.includes(values.only))
const argv = [stryker, 'run', 'bench/mutation/stryker.config.mjs', '--mutate', mutated.join(',')]
const temporary = values['temp-folder'] ? ['--tempDirName', values['temp-folder']] : []
const { status } = spawnSync(process.execPath, [...argv, ...temporary], {
  cwd: root,
  stdio: 'inherit',
})
process.exitCode = status ?? 1
