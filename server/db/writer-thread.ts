import { parentPort, workerData } from 'node:worker_threads'
import { CompiledQuery, sql } from 'kysely'
import { crashPoint } from '../crash-point.ts'
import { commands } from './commands/index.ts'
import type { Db } from './open.ts'
import { migrateToLatest, openForWriting } from './open.ts'
import type { ThreadData, ThreadRequest, ThreadResponse } from './thread-message.ts'
import { errorCode } from './thread-message.ts'

/** Commands that share one commit. */
const batchSize = 256

if (!parentPort) throw new Error('the writer runs as a worker thread')
const port = parentPort
// the only starter of this thread is DatabaseThread, which passes ThreadData
const { path } = workerData as ThreadData

const queue: ThreadRequest[] = []
let wake: () => void = () => undefined
port.on('message', (request: ThreadRequest) => {
  queue.push(request)
  wake()
})

/** Made once; building them anew would be a tenth of a command's time. */
const transaction = {
  begin: CompiledQuery.raw('begin immediate'),
  commit: CompiledQuery.raw('commit'),
  rollback: CompiledQuery.raw('rollback'),
  save: CompiledQuery.raw('savepoint command'),
  release: CompiledQuery.raw('release command'),
  restore: CompiledQuery.raw('rollback to command'),
} as const

async function perform(db: Db, request: ThreadRequest): Promise<ThreadResponse> {
  const command = Object.hasOwn(commands, request.name)
    ? commands[request.name as keyof typeof commands]
    : undefined
  if (!command) return { id: request.id, ok: false, code: 'ERROR', message: 'no such command' }
  await db.executeQuery(transaction.save)
  try {
    // the writer's typed client (writer.ts) is the only sender, so the input fits the command
    const output = await (command as (trx: Db, input: unknown) => Promise<unknown>)(
      db,
      request.input,
    )
    await db.executeQuery(transaction.release)
    return { id: request.id, ok: true, output }
  } catch (error) {
    const code = errorCode(error)
    await db.executeQuery(transaction.restore)
    await db.executeQuery(transaction.release)
    // a full or failing disk refuses the whole batch: nothing of it may look done
    if (/^SQLITE_(FULL|IOERR|READONLY|CORRUPT|CANTOPEN|BUSY)/.test(code)) throw error
    return { id: request.id, ok: false, code, message: String(error) }
  }
}

async function commitBatch(db: Db, batch: ThreadRequest[]): Promise<ThreadResponse[]> {
  try {
    await db.executeQuery(transaction.begin)
    const responses: ThreadResponse[] = []
    for (const request of batch) responses.push(await perform(db, request))
    for (const { name } of batch) crashPoint('before-commit', name)
    await db.executeQuery(transaction.commit)
    for (const { name } of batch) crashPoint('after-commit', name)
    return responses
  } catch (error) {
    await db.executeQuery(transaction.rollback).catch(() => undefined)
    const failure = { ok: false, code: errorCode(error), message: String(error) } as const
    return batch.map(({ id }) => ({ id, ...failure }))
  }
}

/** Outside any transaction, since a checkpoint cannot be made in one. */
async function truncateLog(db: Db, { id }: ThreadRequest): Promise<ThreadResponse> {
  try {
    const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(db)
    return { id, ok: true, output: rows[0]?.busy === 0 }
  } catch (error) {
    return { id, ok: false, code: errorCode(error), message: String(error) }
  }
}

const isTruncating = ({ name }: ThreadRequest): boolean => name === 'truncateLog'
const isClosing = ({ name }: ThreadRequest): boolean => name === 'close'
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * What came in while the lock was waited for has waited too: it gets the same answer, so that nobody
 * waits once for each batch before them.
 */
async function refuseWaiting(answered: readonly ThreadResponse[]): Promise<ThreadResponse[]> {
  const [first] = answered
  if (!first || first.ok || !first.code.startsWith('SQLITE_BUSY')) return []
  await nextTurn()
  const closing = queue.filter(isClosing)
  const refused = queue.splice(0).filter((request) => !isClosing(request))
  queue.push(...closing)
  return refused.map(({ id }) => ({ ...first, id }))
}

async function serve(db: Db): Promise<void> {
  for (;;) {
    if (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve))
    // one turn of the event loop lets every message that has arrived join the same commit
    await nextTurn()
    const batch = queue.splice(0, batchSize)
    const closing = batch.find(isClosing)
    const responses = await commitBatch(
      db,
      batch.filter((request) => request !== closing && !isTruncating(request)),
    )
    for (const request of batch.filter(isTruncating)) responses.push(await truncateLog(db, request))
    const refused = await refuseWaiting(responses)
    for (const response of [...responses, ...refused]) port.postMessage(response)
    if (closing) {
      port.postMessage({ id: closing.id, ok: true, output: undefined } satisfies ThreadResponse)
      return
    }
  }
}

const root = openForWriting(path)
await migrateToLatest(root)
await serve(root)
await root.destroy()
