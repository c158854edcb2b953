import { createHash } from 'node:crypto'
import type { Policy } from '../schema/policy.ts'

/** A policy document as it is stored, shown and written: JSON without the defaults a policy gets when read. */
export type PolicyDocument = Readonly<Record<string, unknown>>

export function isDocument(value: unknown): value is PolicyDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** JSON with the keys of every object sorted: equal documents give equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isDocument(value)) return JSON.stringify(value)
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`)
  return `{${fields.join(',')}}`
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** SHA-256, in hex, over the canonical JSON without `layout`; its first 12 digits stand in a release id. */
export function contentHash(document: PolicyDocument): string {
  const content = Object.entries(document).filter(([key]) => key !== 'layout')
  return sha256(canonicalJson(Object.fromEntries(content)))
}

/** `<sequence>-<hash12>`. */
export function releaseId(seq: number, hash: string): string {
  return `${seq}-${hash.slice(0, 12)}`
}

/**
 * The document in the order of its schema, as parsing leaves it (nodes keep the author's order), so that the same document
 * is always written as the same bytes; a default is not written out.
 */
export function tidy(document: PolicyDocument, policy: Policy): PolicyDocument {
  return Object.fromEntries(Object.entries(policy).filter(([key]) => Object.hasOwn(document, key)))
}

/** The text of a policy's file. */
export function fileText(document: PolicyDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`
}

/**
 * Longest velocity window a document names, in minutes, 0 without one. It is read from the text, so that
 * gates, conditions and messages all count; a window that is never asked for does no harm.
 */
export function longestWindow(policy: Policy): number {
  const named = JSON.stringify(policy).matchAll(/velocity\.(?:caller|number|prefix\d*)\.(\d+)m/g)
  const gates = Object.values(policy.nodes).map((node) =>
    node.kind === 'velocity' ? node.windowMinutes : 0,
  )
  return Math.max(0, ...gates, ...[...named].map((match) => Number(match[1])))
}
