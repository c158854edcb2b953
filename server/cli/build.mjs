import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The project's root folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const dist = join(root, 'dist')

/** Builds kept, so that a server that runs on an older one is not pulled out from under itself. */
const keptBuilds = 3

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? sources(path) : [path]
    })
}

/** One hash of everything a build is made from: the same sources give the same folder. */
function fingerprint() {
  const hash = createHash('sha256')
  const folders = ['server', 'editor'].flatMap((name) => sources(join(root, name)))
  for (const path of [...folders, join(root, 'package-lock.json')])
    hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0')
  return hash.digest('hex').slice(0, 16)
}

function builds() {
  try {
    return readdirSync(dist)
      .filter((name) => /^[0-9a-f]{16}$/.test(name))
      .map((name) => ({ path: join(dist, name), at: statSync(join(dist, name)).mtimeMs }))
      .sort((a, b) => b.at - a.at)
  } catch {
    return []
  }
}

/**
 * The web app, into a folder of its own beside the server. In a process of its own: a bundle is made for the
 * NODE_ENV of its process, which may be that of a test.
 */
async function bundleWeb(target) {
  const vite = createRequire(import.meta.url).resolve('vite/package.json')
  const command = [join(dirname(vite), 'bin', 'vite.js'), 'build', '--logLevel', 'warn']
  const options = ['--config', join(root, 'editor', 'vite.config.ts')]
  const out = ['--outDir', join(target, 'web')]
  const env = { ...process.env, NODE_ENV: 'production' }
  await promisify(execFile)(process.execPath, [...command, ...options, ...out], { env, cwd: root })
}

async function bundle(target) {
  const { build } = await import('esbuild')
  await build({
    absWorkingDir: root,
    entryPoints: {
      callgate: 'server/cli/main.ts',
      'writer-thread': 'server/db/writer-thread.ts',
      'reader-thread': 'server/db/reader-thread.ts',
      'checker-thread': 'server/releases/checker-thread.ts',
    },
    outdir: target,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    sourcemap: 'linked',
    chunkNames: 'chunk-[hash]',
    logLevel: 'warning',
  })
}

/**
 * The folder of a build that is as new as the sources, made if it is missing. Progress goes to
 * stderr. Two that build at once both win: each builds aside and renames.
 */
export async function ensureBuilt() {
  const target = join(dist, fingerprint())
  if (builds().some((build) => build.path === target)) return target
  const started = Date.now()
  process.stderr.write('Building the server and the web app … ')
  const aside = join(dist, `.build-${process.pid}-${started}`)
  mkdirSync(aside, { recursive: true })
  try {
    await Promise.all([bundle(aside), bundleWeb(aside)])
  } catch (error) {
    rmSync(aside, { recursive: true, force: true })
    const newest = builds()[0]
    if (newest && /MODULE_NOT_FOUND/.test(error?.code)) {
      process.stderr.write('no build tools here, using the build that is there\n')
      return newest.path
    }
    throw error
  }
  try {
    renameSync(aside, target)
  } catch {
    rmSync(aside, { recursive: true, force: true })
  }
  for (const { path } of builds().slice(keptBuilds)) rmSync(path, { recursive: true, force: true })
  process.stderr.write(`done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`)
  return target
}
