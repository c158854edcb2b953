import { temporal } from 'zundo'
import { createStore } from 'zustand/vanilla'
import type { Policy } from '../../../server/schema/policy.ts'

interface Held {
  readonly document: Policy
}

/** Steps that can be undone. */
const mostSteps = 200

/** Typing in one field within this many milliseconds is one step. */
const gatherMs = 700

/** The document and its past. Only documents are kept: what is selected or dragged is no step. */
export function createHistory(document: Policy) {
  const store = createStore<Held>()(
    temporal((): Held => ({ document }), {
      limit: mostSteps,
      equality: (a, b) => a.document === b.document,
    }),
  )
  let last: { field: string; at: number } | undefined
  return {
    current: (): Policy => store.getState().document,
    subscribe: (listener: () => void) => store.subscribe(listener),
    canUndo: (): boolean => store.temporal.getState().pastStates.length > 0,
    canRedo: (): boolean => store.temporal.getState().futureStates.length > 0,
    /** @param field what is typed in, so that its letters become one step. @param at milliseconds */
    change(next: Policy, field?: string, at = 0): void {
      if (next === store.getState().document) return
      const isMore = field !== undefined && last?.field === field && at - last.at < gatherMs
      last = field === undefined ? undefined : { field, at }
      const time = store.temporal.getState()
      if (isMore) time.pause()
      store.setState({ document: next })
      if (isMore) time.resume()
    },
    undo(): void {
      last = undefined
      store.temporal.getState().undo()
    },
    redo(): void {
      last = undefined
      store.temporal.getState().redo()
    },
    /** Takes a document over from elsewhere; the past goes. */
    reset(next: Policy): void {
      store.setState({ document: next })
      store.temporal.getState().clear()
    },
  }
}
export type History = ReturnType<typeof createHistory>
