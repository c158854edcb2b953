type Undo = () => void | Promise<void>

const undos = new Set<Undo>()

/** Registers what must be undone however the campaign ends. @returns undoes it now */
export function onCleanUp(undo: Undo): () => Promise<void> {
  undos.add(undo)
  return async () => {
    if (undos.delete(undo)) await undo()
  }
}

/** Undoes everything that is left, newest first: processes, mounts, folders. */
export async function cleanUp(): Promise<void> {
  for (const undo of [...undos].reverse()) {
    undos.delete(undo)
    try {
      await undo()
    } catch (error) {
      process.stderr.write(`campaign: could not clean up: ${String(error)}\n`)
    }
  }
}

/** Ctrl-C and a polite kill leave nothing behind. */
export function cleanUpOnSignals(): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    process.once(signal, () => {
      void cleanUp().then(() => process.exit(code))
    })
}
