import { useRef, useState } from 'react'
import { problemOf } from '../api/error.ts'

/** How far a file is, 0 to 1; undefined while nobody can say. */
export interface Download {
  download(file: { readonly url: string; readonly format: string }): void
  /** Ends it; nothing is kept. */
  cancel(): void
  readonly isBusy: boolean
  readonly share: number | undefined
  readonly error: unknown
}

const nameIn = (response: Response, format: string): string =>
  /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ??
  `export.${format}`

/** Takes a stream and tells of each part. */
async function gather(response: Response, onPart: (part: Uint8Array) => void): Promise<Blob> {
  const parts: BlobPart[] = []
  const reader = response.body?.getReader()
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { done: true, value: undefined }
    if (done) break
    parts.push(value)
    onPart(value)
  }
  return new Blob(parts, { type: response.headers.get('content-type') ?? '' })
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

const pollMs = 500

/** Asks how far an export is. @returns what ends the asking */
function follow(id: string, tell: (share: number) => void): () => void {
  const timer = setInterval(() => {
    void fetch(`/api/exports/${id}`)
      .then(async (response) => {
        if (!response.ok) return
        // the route answers what its schema says
        const { done, total } = (await response.json()) as { done: number; total: number }
        if (total > 0) tell(done / total)
      })
      .catch(() => undefined)
  }, pollMs)
  return () => clearInterval(timer)
}

/** Downloads a file within the page, so that its progress can be shown and it can be cancelled. */
export function useDownload(): Download & {
  /** Names an export, so that its progress can be asked for. */
  readonly newId: () => string
} {
  const [state, setState] = useState<{ isBusy: boolean; share?: number; error?: unknown }>({
    isBusy: false,
  })
  const stop = useRef<AbortController>(undefined)
  async function run(url: string, format: string): Promise<void> {
    const controller = new AbortController()
    stop.current = controller
    setState({ isBusy: true })
    const id = new URL(url, window.location.href).searchParams.get('export')
    const unfollow =
      id === null ? undefined : follow(id, (share) => setState({ isBusy: true, share }))
    try {
      const response = await fetch(url, { signal: controller.signal })
      if (!response.ok) throw await problemOf(response)
      save(await gather(response, () => undefined), nameIn(response, format))
      setState({ isBusy: false })
    } catch (error) {
      setState(controller.signal.aborted ? { isBusy: false } : { isBusy: false, error })
    } finally {
      unfollow?.()
    }
  }
  return {
    download: ({ url, format }) => void run(url, format),
    cancel: () => stop.current?.abort(),
    isBusy: state.isBusy,
    share: state.share,
    error: state.error,
    newId: () => crypto.randomUUID(),
  }
}
