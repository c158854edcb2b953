import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { mergeReport, writeDocs } from './report.mjs'

/**
 * npm run mutation                             everything, about 12 minutes
 * npm run mutation -- --only validate/,gates/  files whose path contains one of these; the others keep their verdicts
 * npm run mutation -- --write-docs             writes docs/mutants.md from the verdicts there are, tries nothing
 *
 * Stryker is installed into bench/mutation/node_modules.
 */
const folder = fileURLToPath(new URL('.', import.meta.url))
const root = join(folder, '..', '..')
const stryker = join(folder, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js')

function filesNamed(only) {
  const parts = only.split(',')
  const files = readdirSync(join(root, 'server/policy'), { recursive: true })
    .map((name) => `server/policy/${name}`)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .filter((name) => parts.some((part) => name.includes(part)))
    .sort()
  if (files.length === 0)
    throw new Error(`--only ${only}: no file of the policy engine is named so`)
  return files
}

function tryMutants(files, temporary) {
  // without its peers: vitest is the project's own
  const install = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--legacy-peer-deps']
  if (!existsSync(stryker))
    execFileSync('npm', [...install, '--loglevel=error'], { cwd: folder, stdio: 'inherit' })
  const argv = [stryker, 'run', 'bench/mutation/stryker.config.mjs', '--mutate', files.join(',')]
  const folders = temporary ? ['--tempDirName', temporary] : []
  const { status } = spawnSync(process.execPath, [...argv, ...folders], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status === 0) mergeReport(root)
  return status ?? 1
}

function main() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      'temp-folder': { type: 'string' },
      'write-docs': { type: 'boolean', default: false },
    },
  })
  if (!values['write-docs']) return tryMutants(filesNamed(values.only), values['temp-folder'])
  writeDocs(root)
  return 0
}

try {
  process.exitCode = main()
} catch (error) {
  console.error(`mutation: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 2
}
