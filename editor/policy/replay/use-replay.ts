import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { ReplayCalls } from '../../../server/schema/replay.ts'
import { answer, client } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { useWorkbench } from '../workbench.ts'
import type { ReplayAnswer, ReplayRequest } from './replay.worker.ts'

/** After the last change, before the calls are decided again. */
const waitMs = 200

/** The calls of the last days, decided again by the document as it stands, in a worker. */
export function useReplay(days: number) {
  const { id, policy, catalogue, problems } = useWorkbench()
  const { installation } = catalogue
  const query = useQuery({
    queryKey: ['replay-calls', id, days],
    queryFn: () =>
      answer(
        client.api.policies[':id']['replay-calls'].$get({
          param: { id },
          query: { days: String(days) },
        }),
      ),
    enabled: useMay('listReplayCalls'),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  })
  const packed: ReplayCalls | undefined = query.data
  const hasErrors = problems.some(({ severity }) => severity === 'error')
  const [answered, setAnswered] = useState<ReplayAnswer & { packed: ReplayCalls }>()
  const worker = useRef<Worker>(undefined)
  const asked = useRef<{ id: number; packed?: ReplayCalls }>({ id: 0 })
  useEffect(() => {
    const own = new Worker(new URL('./replay.worker.ts', import.meta.url), { type: 'module' })
    own.onmessage = ({ data }: MessageEvent<ReplayAnswer>) => {
      const { packed: about } = asked.current
      if (data.id === asked.current.id && about) setAnswered({ ...data, packed: about })
    }
    worker.current = own
    return () => own.terminate()
  }, [])
  useEffect(() => {
    if (!packed) return
    const load: ReplayRequest = { kind: 'calls', packed }
    worker.current?.postMessage(load)
  }, [packed])
  useEffect(() => {
    if (!packed || hasErrors) return
    const timer = setTimeout(() => {
      asked.current = { id: asked.current.id + 1, packed }
      const document = policy
      const request: ReplayRequest = {
        kind: 'replay',
        id: asked.current.id,
        document,
        installation,
      }
      worker.current?.postMessage(request)
    }, waitMs)
    return () => clearTimeout(timer)
  }, [packed, policy, installation, hasErrors])
  const isCurrent = answered?.packed === packed && !hasErrors
  return {
    query,
    hasErrors,
    found: isCurrent ? answered?.found : undefined,
    ms: isCurrent ? answered?.ms : undefined,
  }
}
