import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'

/** Kinds of events that `GET /api/live` tells of. */
export const liveTypes = [
  'call.decided',
  'call.ended',
  'call.missed',
  'message.status',
  'notify',
  'agent.status',
  'policy.released',
  'canary.started',
  'canary.ended',
  'shadow.difference',
  'shadow.changed',
  'verification.fulfilled',
  'verification.expired',
  'lead.opened',
  'lead.closed',
  'lead.changed',
  'reset',
] as const
export type LiveType = (typeof liveTypes)[number]

export interface LiveEvent {
  readonly id: string
  readonly type: LiveType
  /** ISO. */
  readonly at: string
  readonly doc: Readonly<Record<string, unknown>>
}
export type LiveState = 'connecting' | 'connected' | 'reconnecting'
type Listener = (event: LiveEvent) => void

/** How long after a refusal the connection is tried again; a cut one the browser takes up by itself. */
const againMs = 5_000

class LiveConnection {
  #source: EventSource | undefined
  #state: LiveState = 'connecting'
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #listeners = new Set<Listener>()
  readonly #watchers = new Set<() => void>()

  get state(): LiveState {
    return this.#state
  }

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) this.#open()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#close()
    }
  }

  #set(state: LiveState): void {
    if (state === this.#state) return
    this.#state = state
    for (const watcher of this.#watchers) watcher()
  }

  #open(): void {
    const source = new EventSource('/api/live')
    this.#source = source
    source.addEventListener('hello', () => this.#set('connected'))
    source.onerror = () => {
      this.#set('reconnecting')
      if (source.readyState !== EventSource.CLOSED) return
      this.#timer = setTimeout(() => this.#open(), againMs)
    }
    for (const type of liveTypes)
      source.addEventListener(type, (message) => {
        const parsed: unknown = JSON.parse(String(message.data))
        const { at = '', doc = {} } = parsed as Partial<LiveEvent>
        const event = { id: message.lastEventId, type, at, doc }
        for (const listener of this.#listeners) listener(event)
      })
  }

  #close(): void {
    clearTimeout(this.#timer)
    this.#source?.close()
    this.#source = undefined
    this.#set('connecting')
  }
}

const connection = new LiveConnection()

/** Whether events arrive. */
export const useLiveState = (): LiveState =>
  useSyncExternalStore(connection.watch, () => connection.state)

/** Hears events while a component is on screen. */
export function useLive(listener: Listener): void {
  useEffect(() => connection.listen(listener), [listener])
}

/** What to read anew when something happened: query keys begin with these words. */
const staleAfter: Readonly<Record<LiveType, readonly string[]>> = {
  'call.decided': ['calls', 'statistics', 'leads'],
  'call.ended': ['calls', 'statistics', 'leads'],
  'call.missed': ['calls', 'statistics', 'leads'],
  'message.status': ['calls', 'leads'],
  notify: [],
  'agent.status': ['agents'],
  'policy.released': ['policies', 'canary'],
  'canary.started': ['policies', 'canary'],
  'canary.ended': ['policies', 'canary'],
  'shadow.difference': ['shadow'],
  'shadow.changed': ['shadow'],
  'verification.fulfilled': [],
  'verification.expired': [],
  'lead.opened': ['leads'],
  'lead.closed': ['leads'],
  'lead.changed': ['leads'],
  reset: ['calls', 'statistics', 'leads', 'agents', 'policies', 'canary', 'shadow'],
}
/** Lists are read anew at most this often, however many events arrive. */
const gatherMs = 1_000

/** Keeps what is on screen up to date, for the whole application. */
export function useLiveRefresh(): void {
  const queries = useQueryClient()
  useEffect(() => {
    const waiting = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const refresh = () => {
      timer = undefined
      for (const key of waiting) void queries.invalidateQueries({ queryKey: [key] })
      waiting.clear()
    }
    const stop = connection.listen(({ type }) => {
      for (const key of staleAfter[type]) waiting.add(key)
      if (waiting.size > 0) timer ??= setTimeout(refresh, gatherMs)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [queries])
}
