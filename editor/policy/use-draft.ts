import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { Policy } from '../../server/schema/policy.ts'
import { ApiError } from '../api/error.ts'
import { createHistory } from './document/history.ts'
import { saveDraft } from './draft-api.ts'

/** After the last change, before it is saved; and after a failure, before it is tried again. */
const waitMs = 700
const againMs = 5_000

export type SaveState =
  | { readonly kind: 'saved' | 'saving' | 'conflict' }
  | { readonly kind: 'failed'; readonly error: unknown }

/** The draft being edited: its document, its past, and how far it is saved. */
export function useDraft(id: string, first: { document: Policy; revision: number }) {
  const [history] = useState(() => createHistory(first.document))
  const document = useSyncExternalStore(history.subscribe, history.current)
  const [state, setState] = useState<SaveState>({ kind: 'saved' })
  const saved = useRef({ document: first.document, revision: first.revision })
  const queries = useQueryClient()
  const running = useRef<Promise<void>>(undefined)

  const save = useCallback(async (): Promise<void> => {
    await running.current
    const current = history.current()
    if (current === saved.current.document) return
    const { revision } = saved.current
    setState({ kind: 'saving' })
    running.current = saveDraft({ id, document: current, revision })
      .then((answer) => {
        saved.current = { document: current, revision: answer.revision }
        setState({ kind: 'saved' })
        void queries.invalidateQueries({ queryKey: ['policies'], exact: true })
      })
      .catch((error: unknown) => {
        const isConflict = error instanceof ApiError && error.status === 412
        setState(isConflict ? { kind: 'conflict' } : { kind: 'failed', error })
      })
    await running.current
  }, [history, id, queries])

  useEffect(() => {
    if (document === saved.current.document || state.kind === 'conflict') return
    const timer = setTimeout(() => void save(), state.kind === 'failed' ? againMs : waitMs)
    return () => clearTimeout(timer)
  }, [document, save, state])
  useEffect(() => {
    const onLeave = (event: BeforeUnloadEvent) => {
      if (history.current() !== saved.current.document) event.preventDefault()
    }
    window.addEventListener('beforeunload', onLeave)
    return () => {
      window.removeEventListener('beforeunload', onLeave)
      void save()
    }
  }, [history, save])

  /** Ends a conflict: theirs replaces ours, or ours is saved over theirs. */
  const settle = (theirs: { document: Policy; revision: number }, keep: 'theirs' | 'mine') => {
    saved.current = theirs
    if (keep === 'theirs') history.reset(theirs.document)
    setState({ kind: 'saved' })
  }
  return { history, document, state, save, settle, revision: () => saved.current.revision }
}
export type Draft = ReturnType<typeof useDraft>
