import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { ensureBuilt } from '../../server/cli/build.mjs'

/** Script and style that the browser must have before it shows anything. */
function entryFiles(folder: string): string[] {
  const html = readFileSync(join(folder, 'index.html'), 'utf8')
  return [...html.matchAll(/(?:src|href)="(\/(?:assets\/)?[^"]+\.(?:js|css))"/g)].flatMap(
    ([, path]) => path ?? [],
  )
}

test('what loads before the first page is under 350 kB packed', async () => {
  const folder = join(await ensureBuilt(), 'web')
  const files = entryFiles(folder)
  expect(files.some((path) => path.startsWith('/assets/'))).toBe(true)
  const sizes = files.map((path) => gzipSync(readFileSync(join(folder, path))).length)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  expect(total).toBeLessThan(350_000)
})
