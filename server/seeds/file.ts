import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseTree } from 'jsonc-parser'
import type { ParseError } from 'jsonc-parser'
import type { z } from 'zod'
import { positions } from '../policy/validate/json-text.ts'

/** A record that was left out. Says where it stands and what is expected, never what stands there. */
export interface SeedProblem {
  readonly file: string
  /** Position in the list, or key in the object, counted from 0. */
  readonly index?: number | string
  /** Dotted path within the record. */
  readonly field?: string
  readonly expected: string
  readonly line?: number
  readonly column?: number
}

/** A record that is right, and where it stood. */
export interface SeedEntry<T> {
  readonly index: number | string
  readonly value: T
}

export interface SeedFile {
  readonly name: string
  readonly problems: SeedProblem[]
}

/** Where JSON breaks off. */
function syntaxProblem(file: string, text: string): SeedProblem {
  const errors: ParseError[] = []
  parseTree(text, errors, { disallowComments: true, allowTrailingComma: false })
  const offset = errors[0]?.offset
  const place = offset === undefined ? {} : positions(text)(offset)
  return { file, expected: 'a JSON document; nothing of this file was read', ...place }
}

/** Reads a seed file. @returns undefined when it is absent or is no JSON */
export async function readSeedFile(dir: string, file: SeedFile): Promise<unknown> {
  let text: string
  try {
    text = await readFile(join(dir, file.name), 'utf8')
  } catch (cause) {
    const isAbsent = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    if (!isAbsent) file.problems.push({ file: file.name, expected: 'a file that can be read' })
    return undefined
  }
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    return value
  } catch {
    file.problems.push(syntaxProblem(file.name, text))
    return undefined
  }
}

/** Checks one record; a wrong one is named in the file's problems and left out. */
export function checkRecord<T>(
  file: SeedFile,
  schema: z.ZodType<T>,
  record: SeedEntry<unknown>,
): SeedEntry<T>[] {
  const { index } = record
  const parsed = schema.safeParse(record.value)
  if (parsed.success) return [{ index, value: parsed.data }]
  const issue = parsed.error.issues[0]
  const field = issue?.path.map(String).join('.')
  file.problems.push({
    file: file.name,
    index,
    ...(field ? { field } : {}),
    expected: issue?.message ?? 'another value',
  })
  return []
}

/** Tells a record from one whose key stood before in the same file; the latter becomes a problem. */
export function distinct<T>(
  file: SeedFile,
  keysOf: (value: T) => string[],
): (entry: SeedEntry<T>) => boolean {
  const seen = new Set<string>()
  return ({ index, value }) => {
    const keys = keysOf(value)
    const isTwice = keys.some((key) => seen.has(key))
    for (const key of keys) seen.add(key)
    if (isTwice)
      file.problems.push({ file: file.name, index, expected: 'a key that stands only once' })
    return !isTwice
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The records of a list. */
export function entriesOfList(file: SeedFile, value: unknown): SeedEntry<unknown>[] {
  if (value === undefined) return []
  if (Array.isArray(value)) return value.map((one: unknown, index) => ({ index, value: one }))
  file.problems.push({ file: file.name, expected: 'a list of records, [ … ]' })
  return []
}

/** The records of an object, by name. */
export function entriesOfObject(file: SeedFile, value: unknown): SeedEntry<unknown>[] {
  if (value === undefined) return []
  if (isObject(value)) return Object.entries(value).map(([index, one]) => ({ index, value: one }))
  file.problems.push({ file: file.name, expected: 'records by name, { … }' })
  return []
}

/** Tells one state of a seed record from another. */
export function seedHash(record: unknown): string {
  return createHash('sha1').update(JSON.stringify(record)).digest('base64url')
}
