#!/usr/bin/env node
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './build.mjs'

/** npm may be killed without a chance to pass the signal on; nothing of it is left behind then. */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return
  const npm = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === npm) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 500)
  watch.unref()
}

endWithNpm()
if (process.argv[2] === 'build') {
  await ensureBuilt()
} else {
  const folder = await ensureBuilt()
  await import(pathToFileURL(join(folder, 'callgate.js')).href)
}
