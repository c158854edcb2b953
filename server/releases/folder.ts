import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { textLimits } from '../policy/validate/json-text.ts'
import { errorCode } from '../db/thread-message.ts'
import { sha256 } from './document.ts'

/** What stands in the folder under a policy's name. */
export type FileSeen =
  | { readonly kind: 'file'; readonly text: string; readonly hash: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly why: string }

/** A file of this many bytes cannot be within the limit of characters, so it is not read. */
const largestFile = textLimits.characters * 4

export function policyFile(id: string): string {
  return `${id}.json`
}

export function casesFile(id: string): string {
  return `${id}.cases.json`
}

/** The policy a file name belongs to; undefined for cases, hidden, temporary and other files. */
export function policyOf(fileName: string): string | undefined {
  const isPolicy =
    fileName.endsWith('.json') && !fileName.endsWith('.cases.json') && !fileName.startsWith('.')
  return isPolicy ? fileName.slice(0, -'.json'.length) : undefined
}

/** Ids of the policies that have a file, in the order of their names; empty where there is no folder. */
export async function listPolicies(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch(() => [])
  return names.flatMap((name) => policyOf(name) ?? []).sort()
}

/** What changes when a file does: compared by the look-round that finds what the watcher missed. */
export async function fileMark(dir: string, id: string): Promise<string> {
  const found = await stat(join(dir, policyFile(id))).catch(() => undefined)
  return found ? `${found.ino} ${found.size} ${found.mtimeMs}` : ''
}

const isMissing = (code: string): boolean => code === 'ENOENT' || code === 'ENOTDIR'

export function readPolicyFile(dir: string, id: string): Promise<FileSeen> {
  return readFolderFile(dir, policyFile(id))
}

export async function readFolderFile(dir: string, name: string): Promise<FileSeen> {
  const path = join(dir, name)
  try {
    if ((await stat(path)).size > largestFile)
      return { kind: 'unreadable', why: `it is larger than ${largestFile} bytes` }
    const bytes = await readFile(path)
    return { kind: 'file', text: bytes.toString('utf8'), hash: sha256(bytes) }
  } catch (cause) {
    const code = errorCode(cause)
    if (isMissing(code)) return { kind: 'missing' }
    return { kind: 'unreadable', why: `reading it failed (${code})` }
  }
}

async function writeAside(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o644)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** What a file is compared by: the hash of its bytes, or that it has none to read. */
export function markOf(seen: FileSeen): string {
  return seen.kind === 'file' ? seen.hash : seen.kind
}

function markNow(path: string): string {
  try {
    return sha256(readFileSync(path))
  } catch (cause) {
    return isMissing(errorCode(cause)) ? 'missing' : 'unreadable'
  }
}

export function writePolicyFile(
  { dir, id }: { dir: string; id: string },
  text: string,
  seen: string,
): Promise<boolean> {
  return writeFolderFile({ dir, name: policyFile(id) }, text, seen)
}

/**
 * Replaces a file in one step: who reads sees the old bytes or the new ones. It is not replaced when its
 * mark (`markOf`) is not the one that was `seen` any more.
 * @returns whether it was replaced
 * @throws what the file system says
 */
export async function writeFolderFile(
  target: { dir: string; name: string },
  text: string,
  seen: string,
): Promise<boolean> {
  const path = join(target.dir, target.name)
  const aside = join(target.dir, `.${target.name}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    await mkdir(target.dir, { recursive: true })
    await writeAside(aside, text)
    // looked at and replaced without waiting, so that an edit has the least time to fall in between
    if (markNow(path) !== seen) return false
    renameSync(aside, path)
    return true
  } finally {
    await rm(aside, { force: true }).catch(() => undefined)
  }
}
