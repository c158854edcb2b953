import type { Me, Role } from '../../server/schema/access.ts'
import type { Bench, BenchOptions } from '../gatekeeper/support.ts'
import { connectChange, envelope, line, newCallId, startBench } from '../gatekeeper/support.ts'

/** The line of the team `north` is the usual one; `south` has this one. */
export const southLine = '206540352242922'
export const password = 'correct horse battery'

const policy = (id: string, numbers: readonly string[]) => ({
  schema: 1,
  id,
  name: id,
  numbers,
  start: 'no',
  fallback: { kind: 'reject', message: { text: 'Sorry.' } },
  nodes: { no: { kind: 'reject', message: { text: 'No.' } } },
})

/** A server with two teams, each with a line, a policy and an agent, and a policy for everything else. */
export const startTeams = (options: BenchOptions = {}): Promise<Bench> =>
  startBench({
    policies: [policy('north', [line]), policy('south', [southLine]), policy('rest', ['*'])],
    seeds: {
      'numbers.json': [
        { id: line, team: 'north' },
        { id: southLine, team: 'south' },
      ],
      'agents.json': [
        { id: 'nora', teams: ['north'] },
        { id: 'sol', teams: ['south'] },
      ],
    },
    ...options,
  })

/** Places a call on a line and waits for its decision. @returns its provider id */
export async function callOn(bench: Bench, to: string, from: string): Promise<string> {
  const id = newCallId()
  const body = JSON.stringify(envelope(connectChange({ id, from }))).replaceAll(line, to)
  const response = await bench.post(body)
  if (response.status !== 200) throw new Error(`webhook: ${response.status}`)
  return id
}

export interface Signed {
  readonly me: Me
  readonly cookie: string
  readonly id: string
}

/** The session cookie an answer sets, as a browser would send it back. */
export function cookieOf(response: Response): string {
  const set = response.headers.getSetCookie().find((text) => text.startsWith('callgate_session='))
  const cookie = set?.split(';')[0]
  if (cookie === undefined) throw new Error(`no session cookie with ${response.status}`)
  return cookie
}

/** A request without the admin token. */
export const ask = (bench: Bench, path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${bench.server.url}${path}`, { redirect: 'manual', ...init })

/** JSON as our own pages send it. */
export const send = (
  bench: Bench,
  path: string,
  { body, cookie, method = 'POST' }: { body?: unknown; cookie?: string; method?: string } = {},
): Promise<Response> =>
  ask(bench, path, {
    method,
    headers: {
      origin: bench.server.url,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(cookie === undefined ? {} : { cookie }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

export interface Whom {
  readonly username: string
  readonly role: Role
  readonly teams?: readonly string[] | null
}

/** Invites somebody. @returns the path of the one-time link under `/api` */
export async function invite(bench: Bench, whom: Whom): Promise<{ id: string; link: string }> {
  const body = JSON.stringify({ name: whom.username, teams: null, ...whom })
  const response = await bench.api('/api/accounts', { method: 'POST', body })
  if (response.status !== 201) throw new Error(`invite: ${response.status}`)
  // the route answers what its schema says
  const { account, link } = (await response.json()) as { account: { id: string }; link: string }
  return { id: account.id, link: `/api${link}` }
}

/** Somebody who took up an invitation and is signed in. */
export async function join(bench: Bench, whom: Whom): Promise<Signed> {
  const { id, link } = await invite(bench, whom)
  const response = await send(bench, link, { body: { password } })
  // the route answers what its schema says
  return { id, cookie: cookieOf(response), me: (await response.json()) as Me }
}

export interface TokenInput {
  readonly role: Role
  readonly teams?: readonly string[] | null
  readonly expiresAt?: string
}

/** A token for a program. */
export async function newToken(bench: Bench, input: TokenInput) {
  const body = JSON.stringify({ name: `a ${input.role}`, ...input })
  const response = await bench.api('/api/tokens', { method: 'POST', body })
  if (response.status !== 201) throw new Error(`token: ${response.status}`)
  // the route answers what its schema says
  const made = (await response.json()) as { token: { id: string; prefix: string }; secret: string }
  return { id: made.token.id, prefix: made.token.prefix, secret: made.secret }
}

export const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })

/** Signs in by name and password. */
export const signIn = (
  bench: Bench,
  body: { username: string; password: string; code?: string },
): Promise<Response> => send(bench, '/api/auth/sign-in', { body })
