import { useEffect, useRef, useState } from 'react'
import type { TryAnswer, TryRequest } from './try.worker.ts'

type Asked<R> = R extends TryRequest ? Omit<R, 'id'> : never
export type TryQuestion = Asked<TryRequest>

interface Line {
  ask(question: TryQuestion): void
  close(): void
}

/** One question is with the worker at a time; of those that come meanwhile only the latest is asked. */
function openLine(onAnswer: (answer: TryAnswer) => void): Line {
  const worker = new Worker(new URL('./try.worker.ts', import.meta.url), { type: 'module' })
  let id = 0
  let isBusy = false
  let waiting: TryQuestion | undefined
  const send = (question: TryQuestion) => {
    isBusy = true
    id += 1
    worker.postMessage({ ...question, id } satisfies TryRequest)
  }
  worker.onmessage = ({ data }: MessageEvent<TryAnswer>) => {
    isBusy = false
    onAnswer(data)
    const next = waiting
    waiting = undefined
    if (next) send(next)
  }
  return {
    ask: (question) => {
      if (isBusy) waiting = question
      else send(question)
    },
    close: () => worker.terminate(),
  }
}

/** What becomes of a call, from the engine in a worker; the answer before stays until the next. */
export function useTry(question: TryQuestion | undefined): TryAnswer | undefined {
  const [answer, setAnswer] = useState<TryAnswer>()
  const line = useRef<Line>(undefined)
  useEffect(() => {
    const own = openLine(setAnswer)
    line.current = own
    return () => own.close()
  }, [])
  useEffect(() => {
    if (question) line.current?.ask(question)
  }, [question])
  return answer
}
