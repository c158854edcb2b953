import { GatekeeperError } from '../errors.ts'
import { errorCode } from '../db/thread-message.ts'
import type { Problem } from '../schema/problem.ts'
import { canonicalJson, contentHash, fileText, sha256 } from './document.ts'
import type { FileSeen } from './folder.ts'
import { markOf, policyFile, readPolicyFile, writePolicyFile } from './folder.ts'
import type { Runnable, Shelf } from './shelf.ts'
import { readDocument } from './read-document.ts'
import { isRunnable } from './shelf.ts'
import type { PolicyState } from './state.ts'

function unreadable(id: string, why: string): Problem {
  return {
    severity: 'error',
    code: 'invalid_json',
    path: [],
    file: policyFile(id),
    message: `The file cannot be read: ${why}.`,
    hint: `Make ${policyFile(id)} a readable file.`,
  }
}

/**
 * Puts the live release into its file, unless somebody edited the file after `seen`: then theirs is
 * newer and is imported next.
 */
export async function writeLive(shelf: Shelf, id: string, seen: string): Promise<void> {
  const { dir, log, writer } = shelf.deps
  const { live } = shelf.state(id)
  if (!live) return
  const text = fileText(live.document)
  try {
    const replaced = await writePolicyFile({ dir, id }, text, seen)
    if (!replaced) return void shelf.set(id, { file: { state: 'newer', problems: [] } })
  } catch (err) {
    log.warn({ err, policy: id, code: errorCode(err) }, 'policy file could not be written')
    return void shelf.set(id, { file: { state: 'unwritable', problems: [] } })
  }
  const fileHash = sha256(text)
  shelf.set(id, { file: { state: 'present', problems: [] } })
  try {
    await writer.run('saveFileHash', { policyId: id, fileHash })
    shelf.set(id, { fileHash })
  } catch (err) {
    // the next look at the file finds the live content in it and remembers it then
    log.warn({ err, policy: id }, 'hash of a policy file could not be stored')
  }
}

/** The file says what is live already: note its bytes, and where its nodes stand. */
async function noteFile(shelf: Shelf, id: string, file: ImportedFile): Promise<void> {
  const { live, draft, revision } = shelf.state(id)
  if (!live) return
  const { hash: fileHash, assessed } = file
  if (canonicalJson(assessed.document) === canonicalJson(live.document)) {
    await shelf.run(id, () => shelf.deps.writer.run('saveFileHash', { policyId: id, fileHash }))
    shelf.set(id, { fileHash })
    return
  }
  const next = draft ? revision : revision + 1
  await shelf.run(id, () =>
    shelf.deps.writer.run('saveLayout', {
      policyId: id,
      seq: live.info.seq,
      document: JSON.stringify(assessed.document),
      revision: next,
      fileHash,
    }),
  )
  shelf.set(id, { fileHash, revision: next, live: { ...live, document: assessed.document } })
}

interface ImportedFile {
  readonly hash: string
  readonly assessed: Runnable
}

async function importFile(shelf: Shelf, id: string, seen: FileSeen & { kind: 'file' }) {
  const assessed = await shelf.assessAside(seen.text, id, policyFile(id))
  if (!isRunnable(assessed)) {
    const { problems, document } = assessed
    shelf.deps.log.warn({ policy: id, problems: problems.length }, 'policy file is not imported')
    shelf.set(id, { file: { state: 'broken', problems, ...(document ? { document } : {}) } })
    return
  }
  const { live } = shelf.state(id)
  if (live && live.info.hash === contentHash(assessed.document))
    await noteFile(shelf, id, { hash: seen.hash, assessed })
  else
    await shelf.release(id, {
      assessed,
      by: { kind: 'system', id: null, name: 'file', address: null },
      comment: `Imported from ${policyFile(id)}`,
      source: 'file',
      clearDraft: false,
      fileHash: seen.hash,
    })
  shelf.set(id, { file: { state: 'present', problems: [] } })
}

function isLive(state: PolicyState, seen: FileSeen & { kind: 'file' }): boolean {
  if (!state.live) return true
  const { document } = readDocument(seen.text, state.id)
  return document !== undefined && canonicalJson(document) === canonicalJson(state.live.document)
}

/**
 * Brings a policy and its file together: at the start, after a change in the folder, and before a publish.
 *
 * Which one is newer? The table keeps the hash of the bytes last written or imported, and keeps it only
 * once those bytes are on disk and their content is committed. So:
 * - The file has that hash: nobody touched it since, and the database is at least as new. If the live
 *   release says something else, a publish was committed and cut off before its write: the file is written.
 * - It has another hash: somebody edited it, or a write was cut off before its hash was kept. If its
 *   content is what is live, only the hash is kept (the cut-off write); otherwise it was edited after
 *   everything we know, and is imported as a new release.
 * - There is no file: with a hash somebody deleted it, and the release stays; without one it was never
 *   written, and is now.
 * @returns the mark of the file as it is known now: what a write after this may replace
 * @throws GatekeeperError `storage_unavailable`, `overloaded`: nothing was done, try again
 */
export async function reconcile(shelf: Shelf, id: string): Promise<string> {
  const seen = await readPolicyFile(shelf.deps.dir, id)
  await bringTogether(shelf, id, seen)
  const { file, fileHash } = shelf.state(id)
  return file.state === 'present' && fileHash !== null ? fileHash : markOf(seen)
}

async function bringTogether(shelf: Shelf, id: string, seen: FileSeen): Promise<void> {
  const known = shelf.find(id)
  switch (seen.kind) {
    case 'missing':
      if (!known) return
      if (!known.live && !known.draft) return shelf.forget(id)
      if (known.live && known.fileHash === null) return writeLive(shelf, id, markOf(seen))
      shelf.set(id, {
        file: { state: known.fileHash === null ? 'absent' : 'deleted', problems: [] },
      })
      return
    case 'unreadable':
      shelf.set(id, { file: { state: 'broken', problems: [unreadable(id, seen.why)] } })
      return
    case 'file':
      if (known?.fileHash !== seen.hash) return importFile(shelf, id, seen)
      if (!isLive(known, seen)) return writeLive(shelf, id, markOf(seen))
      shelf.set(id, { file: { state: 'present', problems: [] } })
  }
}

/** The database could not be used; the same will work later. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof GatekeeperError &&
    (error.code === 'storage_unavailable' || error.code === 'overloaded')
  )
}
