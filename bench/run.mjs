import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { ensureBuilt, root } from '../server/cli/build.mjs'

/** Built, since tsx adds a helper to every closure, which is what is measured here. */
const target = join(root, 'dist', `bench-${process.pid}`)
mkdirSync(target, { recursive: true })
process.on('exit', () => rmSync(target, { recursive: true, force: true }))

const entries = {
  main: 'bench/main.ts',
  'evaluation-round': 'bench/evaluation/round.ts',
  'graph-stand-in': 'bench/webhook/graph-stand-in.ts',
  'bare-route': 'bench/webhook/bare-route.ts',
  'burst-round': 'bench/burst/round.ts',
  'reports-fill': 'bench/reports/fill.ts',
  'growth-fill': 'bench/growth/fill.ts',
  'growth-round': 'bench/growth/round.ts',
  'writer-thread': 'server/db/writer-thread.ts',
  'reader-thread': 'server/db/reader-thread.ts',
}

await build({
  absWorkingDir: root,
  entryPoints: entries,
  outdir: target,
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  sourcemap: 'linked',
  logLevel: 'warning',
})
const server = join(await ensureBuilt(), 'callgate.js')
const { runBench } = await import(pathToFileURL(join(target, 'main.js')).href)
process.exitCode = await runBench({ argv: process.argv.slice(2), root, built: target, server })
