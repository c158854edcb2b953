import type { z } from 'zod'
import type { Person } from '../people.ts'
import { digitsOf } from '../people.ts'
import type { Line, World } from '../world.ts'
import type { GraphAnswer } from './errors.ts'
import { GraphError } from './errors.ts'

/** A request to Graph with its path taken apart: `/v26.0/{node}/{edge}`. */
export interface GraphRequest {
  method: string
  node: string
  edge: string
  query: URLSearchParams
  /** Parsed JSON or the fields of a form; null without a body. */
  body: unknown
  token: string
}

/** A handler of an edge of a phone number. */
export type LineHandler = (
  world: World,
  line: Line,
  request: GraphRequest,
) => GraphAnswer | Promise<GraphAnswer>

export const ok = (body: unknown): GraphAnswer => ({ status: 200, body })

/** Parses a body by its schema; the first problem becomes 131008 (missing) or 100. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const path = issue?.path.join('.') ?? ''
  const isMissing = path !== '' && valueAt(body, issue?.path ?? []) === undefined
  const details = `Param ${path}: ${issue?.message ?? 'is not valid'}`
  throw new GraphError(isMissing ? 131008 : 100, details)
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let at = body
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = Reflect.get(at, key)
  }
  return at
}

/** Whom a request names: `to` wins over `recipient`; one never met is met now. */
export function recipientOf(
  world: World,
  named: { to?: string; recipient?: string },
): { person: Person; input: string; byUserId: boolean } {
  if (named.to !== undefined) {
    if (!/^\+?[\d\s()-]{6,20}$/.test(named.to)) throw new GraphError(131009, 'to is not a number')
    const known = world.people.find({ phone: named.to })
    const person = known ?? world.people.meet({ from: digitsOf(named.to) })
    return { person, input: named.to, byUserId: false }
  }
  if (named.recipient === undefined) throw new GraphError(131008, 'to or recipient is missing')
  const known = world.people.find({ userId: named.recipient })
  const person = known ?? world.people.meet({ userId: named.recipient })
  return { person, input: named.recipient, byUserId: true }
}
