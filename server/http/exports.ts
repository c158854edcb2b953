import type { Clock } from '../clock.ts'
import type { ExportProgress } from '../schema/call-log.ts'

/** Told by an export as it goes on. */
export interface Progress {
  add(rows: number): void
  end(): void
}

/** How far exports are, by whose they are and the name they were given. */
export interface Exports {
  begin(about: {
    readonly owner: string
    readonly id: string | undefined
    readonly total: number
  }): Progress
  find(owner: string, id: string): ExportProgress | undefined
}

/** Of those begun last; older ones are forgotten. */
const mostKept = 200
const keptMs = 15 * 60_000

export function createExports(clock: Clock): Exports {
  const known = new Map<string, ExportProgress & { readonly begunAt: number }>()
  const keyOf = (owner: string, id: string): string => `${owner} ${id}`
  function forget(): void {
    for (const [key, { begunAt }] of known) {
      if (known.size < mostKept && clock.now() - begunAt < keptMs) return
      known.delete(key)
    }
  }
  return {
    begin({ owner, id, total }) {
      if (id === undefined) return { add: () => undefined, end: () => undefined }
      forget()
      const key = keyOf(owner, id)
      const begunAt = clock.now()
      let done = 0
      const tell = (isOver: boolean): void =>
        void known.set(key, { done, total: Math.max(total, done), isOver, begunAt })
      tell(false)
      return {
        add(rows) {
          done += rows
          tell(false)
        },
        end: () => tell(true),
      }
    },
    find(owner, id) {
      const found = known.get(keyOf(owner, id))
      return found && { done: found.done, total: found.total, isOver: found.isOver }
    },
  }
}
