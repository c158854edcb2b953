import type { Db } from '../db/open.ts'
import { errorCode } from '../db/thread-message.ts'
import { GatekeeperError } from '../errors.ts'
import { contactOf } from '../facts/contact-row.ts'
import { identify } from '../facts/identity.ts'
import { countryOf, normalisePhone, phoneForms } from '../phone.ts'
import { readCases } from '../policy/validate/read.ts'
import type { CaseWorld } from '../schema/case-world.ts'
import type { Case } from '../schema/cases.ts'
import type { Problem } from '../schema/problem.ts'
import type { Contact } from '../schema/seeds.ts'
import { casesFile, markOf, readFolderFile, writeFolderFile } from './folder.ts'

/** The cases of a policy as their file has them. */
export interface StoredCases {
  readonly file: string
  /** Of the bytes; `0` where there is no file. */
  readonly revision: string
  /** Null while the file cannot be read as cases. */
  readonly cases: readonly Case[] | null
  readonly problems: readonly Problem[]
  /** What a write after this may replace. */
  readonly mark: string
}

const revisionOf = (hash: string): string => hash.slice(0, 12)

function unreadable(file: string, why: string): Problem {
  return {
    severity: 'error',
    code: 'invalid_json',
    path: [],
    file,
    message: `The file cannot be read: ${why}.`,
    hint: `Make ${file} a readable file.`,
  }
}

export async function readStoredCases(dir: string, id: string): Promise<StoredCases> {
  const file = casesFile(id)
  const seen = await readFolderFile(dir, file)
  const mark = markOf(seen)
  switch (seen.kind) {
    case 'missing':
      return { file, revision: '0', cases: [], problems: [], mark }
    case 'unreadable':
      return {
        file,
        revision: 'unreadable',
        cases: null,
        problems: [unreadable(file, seen.why)],
        mark,
      }
    case 'file': {
      const { cases = null, problems } = readCases(seen.text, { file })
      return { file, revision: revisionOf(seen.hash), cases, problems, mark }
    }
  }
}

/**
 * Replaces the cases of a policy, in one step.
 * @param seen the cases that are replaced
 * @throws GatekeeperError `precondition_failed` when the file was edited since, `storage_unavailable`
 */
export async function writeStoredCases(
  { dir, id }: { dir: string; id: string },
  cases: readonly Case[],
  seen: StoredCases,
): Promise<StoredCases> {
  const text = `${JSON.stringify(cases, null, 2)}\n`
  const replaced = await writeFolderFile({ dir, name: seen.file }, text, seen.mark).catch(
    (cause: unknown) => {
      throw new GatekeeperError(
        'storage_unavailable',
        `the folder of policies cannot be written (${errorCode(cause)})`,
        { cause },
      )
    },
  )
  if (!replaced) throw new GatekeeperError('precondition_failed', 'the cases were changed since')
  return readStoredCases(dir, id)
}

/** E.164 as cases spell it, before it is brought to one form: what the engine asks a world for. */
const spelt = (phone: string): string =>
  `+${phone.replace(/[\s().-]/g, '').replace(/^(\+|00)/, '')}`

/** What the address book and the lists say of callers: phone numbers or user ids, as cases name them. */
export async function caseWorldOf(db: Db, callers: readonly string[]): Promise<CaseWorld> {
  const contacts = new Map<number, Contact>()
  const ids = new Set<string>()
  const phones: Record<string, CaseWorld['phones'][string]> = {}
  const users: Record<string, string> = {}
  const note = (phone: string) => {
    phones[spelt(phone)] = { forms: phoneForms(phone), country: countryOf(phone) ?? null }
  }
  for (const caller of callers) {
    const phone = normalisePhone(caller)
    const found = await identify(db, phone === undefined ? { userId: caller } : { phone })
    if (found.contact) contacts.set(found.contact.id, contactOf(found.contact))
    if (phone !== undefined) note(caller)
    for (const one of found.phones) note(one)
    for (const id of found.phones) ids.add(id)
    if (found.contact?.phone) note(found.contact.phone)
    if (found.userId === undefined) continue
    ids.add(found.userId)
    const country = countryOf(undefined, found.userId)
    if (country !== undefined) users[found.userId] = country
  }
  const entries =
    ids.size === 0
      ? []
      : await db
          .selectFrom('list_entries')
          .selectAll()
          .where('entry', 'in', [...ids])
          .execute()
  const listed = (list: 'blocked' | 'allowed') =>
    entries.filter((row) => row.list === list).map(({ entry }) => entry)
  const lists = { blocked: listed('blocked'), allowed: listed('allowed') }
  return { contacts: [...contacts.values()], lists, phones, users }
}
