import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const candidates = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
]

function onPath(): string | undefined {
  for (const name of candidates)
    for (const folder of (process.env['PATH'] ?? '').split(':')) {
      const path = join(folder, name)
      if (existsSync(path)) return path
    }
  return undefined
}

/** Where playwright keeps what it downloaded. */
function inCache(): string | undefined {
  const cache = process.env['PLAYWRIGHT_BROWSERS_PATH'] ?? join(homedir(), '.cache/ms-playwright')
  if (!existsSync(cache)) return undefined
  const folders = readdirSync(cache).filter((name) => name.startsWith('chromium-'))
  const paths = folders.flatMap((name) =>
    ['chrome-linux64', 'chrome-linux'].map((inner) => join(cache, name, inner, 'chrome')),
  )
  return paths.find((path) => existsSync(path))
}

function install(): void {
  const attempts: readonly (readonly [string, readonly string[]])[] = [
    ['apt-get', ['install', '-y', '--no-install-recommends', 'chromium']],
    ['npx', ['--no', 'playwright-core', 'install', 'chromium']],
  ]
  for (const [command, args] of attempts)
    try {
      if (command === 'apt-get') execFileSync(command, ['update'], { stdio: 'ignore' })
      execFileSync(command, [...args], { stdio: 'ignore' })
      return
    } catch {
      // the next way may work
    }
}

/**
 * A Chromium for tests: CHROMIUM_PATH, the system's, playwright's; installed where none is there.
 * @throws Error one line that says how to get one
 */
export function findChromium(): string {
  const set = process.env['CHROMIUM_PATH']
  if (set !== undefined && set !== '') {
    if (existsSync(set)) return set
    throw new Error(`CHROMIUM_PATH: there is no ${set}`)
  }
  const found = onPath() ?? inCache()
  if (found !== undefined) return found
  install()
  const installed = onPath() ?? inCache()
  if (installed !== undefined) return installed
  throw new Error('no Chromium: run `apt-get install chromium`, or set CHROMIUM_PATH to one')
}
