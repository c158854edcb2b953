import { parentPort, workerData } from 'node:worker_threads'
import { openForReading } from './open.ts'
import { queries } from './queries/index.ts'
import type { ThreadData, ThreadRequest, ThreadResponse } from './thread-message.ts'
import { errorCode } from './thread-message.ts'

const port = parentPort
if (!port) throw new Error('the reader runs as a worker thread')
// the only starter of this thread is DatabaseThread, which passes ThreadData
const db = openForReading((workerData as ThreadData).path)

async function answer(request: ThreadRequest): Promise<ThreadResponse> {
  if (request.name === 'close') {
    await db.destroy()
    return { id: request.id, ok: true, output: undefined }
  }
  const query = Object.hasOwn(queries, request.name)
    ? queries[request.name as keyof typeof queries]
    : undefined
  if (!query) return { id: request.id, ok: false, code: 'ERROR', message: 'no such query' }
  try {
    // the reader's typed client (reader.ts) is the only sender, so the input fits the query
    const output = await (query as (db: unknown, input: unknown) => Promise<unknown>)(
      db,
      request.input,
    )
    return { id: request.id, ok: true, output }
  } catch (error) {
    return { id: request.id, ok: false, code: errorCode(error), message: String(error) }
  }
}

port.on('message', (request: ThreadRequest) => {
  void answer(request).then((response) => port.postMessage(response))
})
