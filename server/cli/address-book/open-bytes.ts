import type { ReadStream } from 'node:fs'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { errorCode } from '../../db/thread-message.ts'
import { wrongUse } from '../failure.ts'
import { shownPath } from '../files.ts'

/** A file to be read bit by bit; `size` in bytes. @throws Failure when there is no such file */
export async function openBytes(path: string): Promise<{ stream: ReadStream; size: number }> {
  const found = await stat(path).catch((cause: unknown) => {
    const code = errorCode(cause)
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`
    throw wrongUse(`${shownPath(path)}: ${why}.`)
  })
  if (!found.isFile()) throw wrongUse(`${shownPath(path)} is no file.`)
  return { stream: createReadStream(path), size: found.size }
}
