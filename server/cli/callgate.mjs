#!/usr/bin/env node
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './build.mjs'

if (process.argv[2] === 'build') {
  await ensureBuilt()
} else {
  const folder = await ensureBuilt()
  await import(pathToFileURL(join(folder, 'callgate.js')).href)
}
