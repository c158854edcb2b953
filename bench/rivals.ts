import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { z } from 'zod'

const manifestSchema = z.object({ optionalDependencies: z.record(z.string(), z.string()) })

function namesIn(folder: string): string[] {
  const manifest = manifestSchema.parse(
    JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
  )
  return Object.keys(manifest.optionalDependencies)
}

const isInstalled = (folder: string, name: string): boolean =>
  existsSync(join(folder, 'node_modules', name, 'package.json'))

/**
 * Installs the rivals into bench/node_modules, where the product never sees them.
 * @returns those that could not be installed; they are skipped
 */
export function installRivals(root: string): string[] {
  const folder = join(root, 'bench')
  const missing = () => namesIn(folder).filter((name) => !isInstalled(folder, name))
  if (missing().length === 0) return []
  try {
    const argv = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error']
    execFileSync('npm', argv, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  } catch {
    process.stderr.write('npm install in bench/ failed\n')
  }
  return missing()
}

/** A rival's module; what of it is used is for the caller to name. */
export function loadRival(root: string, name: string): unknown {
  return createRequire(join(root, 'bench', 'package.json'))(name)
}
