import { readFile } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import { errorCode } from '../db/thread-message.ts'
import { wrongUse } from './failure.ts'

/** A path as people know it: from the working directory, where it is below that. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path)
  return short === '' || short.startsWith(`..${sep}`) ? path : short
}

/** @throws Failure when it cannot be read */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const code = errorCode(cause)
    const why = code === 'ENOENT' ? 'there is no such file' : `reading it failed (${code})`
    throw wrongUse(`${shownPath(path)}: ${why}.`)
  }
}
