import { useEffect, useRef, useState } from 'react'
import type { MutationProgress, MutationScore } from '../../../server/policy/mutants/score.ts'
import type { CaseAnswer, CaseRequest } from './cases.worker.ts'
import type { CaseInput, CaseRun } from './run.ts'

/** After the last change, before the cases are decided again. */
const waitMs = 200

/** What the cases come to, and how many faults they would notice; `run` stays while the next is on its way. */
export interface RunState {
  readonly run?: CaseRun | undefined
  readonly isBroken?: boolean
  readonly progress?: MutationProgress | undefined
  readonly score?: MutationScore | undefined
  /** What was decided. */
  readonly input?: CaseInput
}

/** Decides the cases in a worker, after every change. Undefined input: nothing to decide yet. */
export function useCaseRun(input: CaseInput | undefined): RunState {
  const [state, setState] = useState<RunState>({})
  const worker = useRef<Worker>(undefined)
  const asked = useRef<{ id: number; input?: CaseInput }>({ id: 0 })
  useEffect(() => {
    const own = new Worker(new URL('./cases.worker.ts', import.meta.url), { type: 'module' })
    own.onmessage = ({ data }: MessageEvent<CaseAnswer>) => {
      const { id, input: about } = asked.current
      if (data.id !== id || !about) return
      if (data.kind === 'run') setState({ run: data.run, input: about })
      else if (data.kind === 'broken') setState({ isBroken: true })
      else if (data.kind === 'progress') setState((old) => ({ ...old, progress: data.progress }))
      else setState((old) => ({ ...old, progress: undefined, score: data.score }))
    }
    worker.current = own
    return () => own.terminate()
  }, [])
  useEffect(() => {
    if (!input) return
    const timer = setTimeout(() => {
      const id = asked.current.id + 1
      asked.current = { id, input }
      const request: CaseRequest = { ...input, id }
      worker.current?.postMessage(request)
    }, waitMs)
    return () => clearTimeout(timer)
  }, [input])
  return state
}
