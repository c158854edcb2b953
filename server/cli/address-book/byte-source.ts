import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { errorCode } from '../../db/thread-message.ts'
import { wrongUse } from '../failure.ts'
import { shownPath } from '../files.ts'

/** A file that is read bit by bit. */
export interface ByteSource {
  readonly stream: Readable
  /** Bytes. */
  readonly size: number
  readonly read: () => number
}

/** @throws Failure when there is no such file */
export async function openBytes(path: string): Promise<ByteSource> {
  const found = await stat(path).catch((cause: unknown) => {
    const code = errorCode(cause)
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`
    throw wrongUse(`${shownPath(path)}: ${why}.`)
  })
  if (!found.isFile()) throw wrongUse(`${shownPath(path)} is no file.`)
  const stream = createReadStream(path)
  return { stream, size: found.size, read: () => stream.bytesRead }
}
