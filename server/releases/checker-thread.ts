import { parentPort } from 'node:worker_threads'
import { locate } from '../policy/validate/read.ts'
import { validate } from '../policy/validate/validate.ts'
import type { CheckAnswer, CheckQuestion } from './checker.ts'
import { hasErrors, readDocument } from './read-document.ts'

if (!parentPort) throw new Error('policies are checked in a worker thread')
const port = parentPort

function check(question: CheckQuestion): CheckAnswer {
  const { id, text, file, context } = question
  const read = readDocument(text, id, file)
  const { policy, problems } = read
  if (!policy || hasErrors(problems)) return read
  const found = validate(policy, context)
  const placed = file === undefined ? found : locate(found, text, file)
  return { ...read, problems: [...problems, ...placed] }
}

// the checker (checker.ts) is the only sender
port.on('message', ({ nr, question }: { nr: number; question: CheckQuestion }) => {
  port.postMessage({ nr, answer: check(question) })
})
