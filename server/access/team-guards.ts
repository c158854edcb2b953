import type { Db } from '../db/open.ts'
import type { Actor } from '../schema/access.ts'
import type { Installation } from '../schema/installation.ts'
import type { LineScope } from './scope.ts'
import { isInScope, lineScope, seesTeam } from './scope.ts'

export interface GuardDeps {
  /** Point reads. */
  readonly db: Db
  readonly installation: () => Installation
  /** The lines a policy is for: of what is live, of its draft before it ever was. */
  readonly numbersOf: (policyId: string) => readonly string[] | undefined
}

interface Asked {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly scope: LineScope
  readonly actor: Actor
}

/** Whether the thing a request names is of one's own teams. What is not there is nobody's: the route says so. */
type Guard = (deps: GuardDeps, asked: Asked) => Promise<boolean> | boolean

const call: Guard = async ({ db }, { params, scope }) => {
  const id = params['id'] ?? ''
  const row = await db
    .selectFrom('calls')
    .select('line')
    .where((eb) => eb.or([eb('ref', '=', id), eb('provider_id', '=', id)]))
    .orderBy('id', 'desc')
    .executeTakeFirst()
  return row === undefined || isInScope(scope, row.line)
}

const person: Guard = async ({ db }, { params, scope }) => {
  const calls = db.selectFrom('calls').select('line').distinct()
  const lines = await calls.where('person_id', '=', Number(params['contactId'])).execute()
  return lines.length === 0 || lines.some(({ line }) => isInScope(scope, line))
}

const lead: Guard = async ({ db }, { params, scope }) => {
  const leads = db
    .selectFrom('leads')
    .select('line')
    .where('ref', '=', params['ref'] ?? '')
  const row = await leads.executeTakeFirst()
  return row === undefined || isInScope(scope, row.line)
}

/** A policy for none, for all, or for one of these lines. */
export const readsPolicy = (scope: LineScope | undefined, numbers: readonly string[]): boolean =>
  numbers.length === 0 || numbers.some((number) => number === '*' || isInScope(scope, number))

/** A policy for all lines, or for lines of others too, is not one team's to change. */
export const changesPolicy = (scope: LineScope | undefined, numbers: readonly string[]): boolean =>
  scope === undefined || numbers.every((number) => number !== '*' && isInScope(scope, number))

const policyRead: Guard = ({ numbersOf }, { params, scope }) =>
  readsPolicy(scope, numbersOf(params['id'] ?? '') ?? [])

const policyWrite: Guard = ({ numbersOf }, { params, scope }) =>
  changesPolicy(scope, numbersOf(params['id'] ?? '') ?? [])

const ownLine: Guard = (_deps, { params, scope }) => isInScope(scope, params['id'] ?? '')

const team: Guard = (_deps, { query, actor }) => seesTeam(actor, query['team'] ?? 'main')

const guards: Readonly<Record<string, Guard>> = {
  getCall: call,
  getDecision: call,
  getCallTimeline: call,
  getFlight: call,
  rejectCall: call,
  endCall: call,
  answerCall: call,
  contactHistory: person,
  getSilentLead: lead,
  changeLead: lead,
  getCallPermission: person,
  requestCallPermission: person,
  getPolicy: policyRead,
  listReleases: policyRead,
  getRelease: policyRead,
  validatePolicy: policyRead,
  simulatePolicy: policyRead,
  getCases: policyRead,
  getCaseWorld: policyRead,
  listReplayCalls: policyRead,
  replayPolicy: policyRead,
  makeCase: call,
  putCases: policyWrite,
  saveDraft: policyWrite,
  discardDraft: policyWrite,
  publishPolicy: policyWrite,
  rollBackPolicy: policyWrite,
  getTraffic: policyRead,
  getShadow: policyRead,
  listShadowDifferences: policyRead,
  startShadow: policyWrite,
  stopShadow: policyWrite,
  getCanary: policyRead,
  startCanary: policyWrite,
  promoteCanary: policyWrite,
  stopCanary: policyWrite,
  getCallRouting: team,
  putCallRouting: team,
  putLineSettings: ownLine,
}

/** @returns false when the request names something of another team, which then is not there */
export async function isOfOwnTeam(
  deps: GuardDeps,
  request: {
    readonly operation: string
    readonly actor: Actor
    readonly params: Readonly<Record<string, string>>
    readonly query: Readonly<Record<string, string>>
  },
): Promise<boolean> {
  const scope = lineScope(request.actor, deps.installation().lines)
  const guard = Object.hasOwn(guards, request.operation) ? guards[request.operation] : undefined
  if (scope === undefined || guard === undefined) return true
  return guard(deps, { ...request, scope })
}
