import type { Clip } from '../document/operations.ts'

/** Between tabs and policies of this browser; only nodes, never a call. */
const clipKey = 'callgate.clip'

export const clips = {
  read(): Clip | undefined {
    const text = localStorage.getItem(clipKey)
    // written below, by this application
    return text === null ? undefined : (JSON.parse(text) as Clip)
  },
  write: (clip: Clip): void => localStorage.setItem(clipKey, JSON.stringify(clip)),
}
