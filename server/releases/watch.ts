import { mkdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { watch } from 'chokidar'
import type { Logger } from '../logger.ts'
import { fileMark, listPolicies, policyOf } from './folder.ts'

/**
 * From the first sign of a change until the file is read. Longer than the 50 ms in which chokidar
 * passes over further changes, so that the last write of several is always seen.
 */
const settleMs = 80
/** How often the folder is looked round, for changes no event told (network and container mounts). */
const lookRoundMs = 3000

interface Deps {
  readonly dir: string
  readonly log: Logger
  /** Policies that are known, with a file or without. */
  known(): Iterable<string>
  /** A file appeared, changed or went; called once for a burst of changes. */
  onChange(id: string): void
}

/** Watches the folder of policies. @returns what ends it */
export async function watchFolder(deps: Deps): Promise<() => Promise<void>> {
  const { dir, log } = deps
  await mkdir(dir, { recursive: true }).catch((err: unknown) => {
    log.warn({ err }, 'the folder of policies cannot be created')
  })
  const settling = new Map<string, NodeJS.Timeout>()
  const marks = new Map<string, string>()

  const changed = (id: string) => {
    if (settling.has(id)) return
    const timer = setTimeout(() => {
      settling.delete(id)
      deps.onChange(id)
    }, settleMs)
    settling.set(id, timer)
  }

  const lookRound = async (tell: boolean) => {
    for (const id of new Set([...(await listPolicies(dir)), ...deps.known()])) {
      const mark = await fileMark(dir, id)
      if (tell && mark !== (marks.get(id) ?? '')) changed(id)
      marks.set(id, mark)
    }
  }
  await lookRound(false)

  const watcher = watch(dir, { depth: 0, ignoreInitial: true, atomic: false, usePolling: false })
  watcher.on('all', (_event, path) => {
    const id = policyOf(basename(path))
    if (id !== undefined) changed(id)
  })
  watcher.on('error', (err) => log.warn({ err }, 'the folder of policies cannot be watched'))
  await new Promise<void>((resolve) => {
    watcher.once('ready', () => resolve())
    watcher.once('error', () => resolve())
  })
  const timer = setInterval(() => void lookRound(true), lookRoundMs)
  timer.unref()

  return async () => {
    clearInterval(timer)
    for (const waiting of settling.values()) clearTimeout(waiting)
    await watcher.close()
  }
}
