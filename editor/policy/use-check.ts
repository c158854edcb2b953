import { useEffect, useRef, useState } from 'react'
import type { Installation } from '../../server/schema/installation.ts'
import type { Policy } from '../../server/schema/policy.ts'
import type { CheckAnswer, CheckRequest } from './check.worker.ts'
import { useClaims } from './use-claims.ts'

/** After the last change, before it is checked. */
const waitMs = 150

/** What is wrong with the document as it stands; undefined until the first answer. */
export function useCheck(document: Policy, installation: Installation): CheckAnswer | undefined {
  const [found, setFound] = useState<CheckAnswer>()
  const worker = useRef<Worker>(undefined)
  const asked = useRef(0)
  const claims = useClaims(document.id)
  useEffect(() => {
    const own = new Worker(new URL('./check.worker.ts', import.meta.url), { type: 'module' })
    own.onmessage = ({ data }: MessageEvent<CheckAnswer>) => {
      if (data.id === asked.current) setFound(data)
    }
    worker.current = own
    return () => own.terminate()
  }, [])
  useEffect(() => {
    const timer = setTimeout(() => {
      asked.current += 1
      const id = asked.current
      const request: CheckRequest = { id, document, installation, at: Date.now(), claims }
      worker.current?.postMessage(request)
    }, waitMs)
    return () => clearTimeout(timer)
  }, [document, installation, claims])
  return found
}
