import { parentPort, workerData } from 'node:worker_threads'
import { sql } from 'kysely'
import { crashPoint } from '../crash-point.ts'
import { commands } from './commands/index.ts'
import type { Db } from './open.ts'
import { handleOf, migrateToLatest, openForWriting } from './open.ts'
import { rehearse } from './rehearsal.ts'
import type { ThreadData, ThreadRequest, ThreadResponse } from './thread-message.ts'
import { errorCode } from './thread-message.ts'

/** Commands that share one commit. */
const batchSize = 256

if (!parentPort) throw new Error('the writer runs as a worker thread')
const port = parentPort
// the only starter of this thread is DatabaseThread, which passes ThreadData
const { path } = workerData as ThreadData

interface Root {
  readonly db: Db
  /** A statement without values, past Kysely. */
  run(text: string): void
}

const queue: ThreadRequest[] = []
let wake: () => void = () => undefined
port.on('message', (request: ThreadRequest) => {
  queue.push(request)
  wake()
})

/** A command failed in a batch without savepoints, so nothing of the batch may stand. */
class Retake extends Error {}

/** A full or failing disk refuses the whole batch: nothing of it may look done. */
const isFatal = (code: string): boolean =>
  /^SQLITE_(FULL|IOERR|READONLY|CORRUPT|CANTOPEN|BUSY)/.test(code)

async function perform(
  { db, run }: Root,
  request: ThreadRequest,
  isGuarded: boolean,
): Promise<ThreadResponse> {
  const command = Object.hasOwn(commands, request.name)
    ? commands[request.name as keyof typeof commands]
    : undefined
  if (!command) return { id: request.id, ok: false, code: 'ERROR', message: 'no such command' }
  if (isGuarded) run('savepoint command')
  try {
    // the writer's typed client (writer.ts) is the only sender, so the input fits the command
    const output = await (command as (trx: Db, input: unknown) => Promise<unknown>)(
      db,
      request.input,
    )
    if (isGuarded) run('release command')
    return { id: request.id, ok: true, output }
  } catch (error) {
    const code = errorCode(error)
    if (isFatal(code)) throw error
    if (!isGuarded) throw new Retake()
    run('rollback to command')
    run('release command')
    return { id: request.id, ok: false, code, message: String(error) }
  }
}

async function commitOnce(
  root: Root,
  batch: readonly ThreadRequest[],
  isGuarded: boolean,
): Promise<ThreadResponse[]> {
  root.run('begin immediate')
  const responses: ThreadResponse[] = []
  for (const request of batch) responses.push(await perform(root, request, isGuarded))
  for (const { name } of batch) crashPoint('before-commit', name)
  root.run('commit')
  for (const { name } of batch) crashPoint('after-commit', name)
  return responses
}

/**
 * A command that fails undoes itself and no other. That is rare, and a savepoint around each would copy
 * every page they change, so they are set only when a batch is taken again because something in it failed.
 */
async function commitBatch(
  root: Root,
  batch: readonly ThreadRequest[],
  isGuarded = false,
): Promise<ThreadResponse[]> {
  try {
    return await commitOnce(root, batch, isGuarded)
  } catch (error) {
    try {
      root.run('rollback')
    } catch {
      // it did not begin
    }
    if (error instanceof Retake) return commitBatch(root, batch, true)
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

async function prepareForCalls({ id }: ThreadRequest): Promise<ThreadResponse> {
  try {
    await rehearse()
    return { id, ok: true, output: undefined }
  } catch (error) {
    return { id, ok: false, code: errorCode(error), message: String(error) }
  }
}

const isTruncating = ({ name }: ThreadRequest): boolean => name === 'truncateLog'
const isRehearsing = ({ name }: ThreadRequest): boolean => name === 'rehearse'
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

async function serve(root: Root): Promise<void> {
  for (;;) {
    if (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve))
    // one turn of the event loop lets every message that has arrived join the same commit
    await nextTurn()
    const batch = queue.splice(0, batchSize)
    const closing = batch.find(isClosing)
    const isCommand = (request: ThreadRequest): boolean =>
      request !== closing && !isTruncating(request) && !isRehearsing(request)
    const responses = await commitBatch(root, batch.filter(isCommand))
    for (const request of batch.filter(isTruncating))
      responses.push(await truncateLog(root.db, request))
    for (const request of batch.filter(isRehearsing)) responses.push(await prepareForCalls(request))
    const refused = await refuseWaiting(responses)
    for (const response of [...responses, ...refused]) port.postMessage(response)
    if (closing) {
      port.postMessage({ id: closing.id, ok: true, output: undefined } satisfies ThreadResponse)
      return
    }
  }
}

const db = openForWriting(path)
await migrateToLatest(db)
await serve({ db, run: (text) => void handleOf(db)?.rowsOf(text, []) })
await db.destroy()
