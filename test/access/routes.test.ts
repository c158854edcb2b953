import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { matrix } from '../../server/access/matrix.ts'
import { newSecret } from '../../server/access/secrets.ts'
import type { Role } from '../../server/schema/access.ts'
import { roles } from '../../server/schema/access.ts'
import type { Bench } from '../gatekeeper/support.ts'
import { line } from '../gatekeeper/support.ts'
import { ask, bearer, callOn, join, newToken, southLine, startTeams } from './support.ts'

interface Operation {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly hasBody: boolean
  readonly isOpen: boolean
}

/** A place that something stands at: of one's own team, or of another. */
type Whose = 'own' | 'other'

let bench: Bench
let operations: readonly Operation[] = []
let things: Record<Whose, Record<string, string>>

/** What answers without a credential under /api (contract, section 6), and what any account does to itself. */
const open = ['getAuthState', 'signIn', 'getSetup', 'setUp', 'getInvite', 'takeInvite', 'startOidc', 'finishOidc'] // prettier-ignore
const ownAccount = ['signOut', 'signOutEverywhere', 'changePassword', 'listSessions', 'endSession', 'beginTotp', 'confirmTotp', 'endTotp'] // prettier-ignore

/** What is nobody's team's: for those who see all teams. */
const ofAllTeams = /^(listAccounts|createAccount|changeAccount|resetAccount|signOutAccount|deleteAccount|listTokens|createToken|revokeToken|listAudit|listWebhooks|createWebhook|changeWebhook|deleteWebhook|rotateWebhookSecret|testWebhook|listWebhookDeliveries|getWebhookDelivery|redeliverWebhook|putCalendar|getConnection|putCrmSettings|tryCrm|putCourtesy|listContacts|createContact|putContact|deleteContact|getLists|addListEntry|removeListEntry|putAgent|deleteAgent|putAttributes|getUsage|importAddressBook|exportAddressBook|putLeadWeights|getRetention|putRetention|findPeople|exportPerson|erasePerson)$/ // prettier-ignore

/** Things that belong to a team, and so are not there for another. */
const ofOneTeam = /^(getCall|getDecision|getCallTimeline|rejectCall|endCall|answerCall|contactHistory|getSilentLead|changeLead|getCallPermission|requestCallPermission|getPolicy|listReleases|getRelease|validatePolicy|simulatePolicy|saveDraft|discardDraft|publishPolicy|rollBackPolicy|getCallRouting|putCallRouting|putLineSettings|getFlight|getShadow|startShadow|stopShadow|listShadowDifferences|getCanary|startCanary|promoteCanary|stopCanary|getCases|putCases|getCaseWorld|makeCase|listReplayCalls|replayPolicy|getTraffic)$/ // prettier-ignore

/**
 * What an allowed request of this test ends as, where that is not 200 for reading and 400 for writing
 * nonsense: the body is looked at last, and things of no team are made up.
 */
const ends: Readonly<Record<string, number>> = {
  findPeople: 400,
  getVerification: 404,
  getExportProgress: 404,
  getCalendar: 404,
  exportPerson: 404,
  resetAccount: 404,
  signOutAccount: 404,
  deleteAccount: 404,
  revokeToken: 404,
  deleteWebhook: 404,
  rotateWebhookSecret: 404,
  testWebhook: 404,
  listWebhookDeliveries: 404,
  getWebhookDelivery: 404,
  redeliverWebhook: 404,
  deleteLeadView: 404,
  answerCall: 409,
  stopShadow: 409,
  promoteCanary: 409,
  stopCanary: 409,
  rejectCall: 409,
  endCall: 409,
  deleteContact: 400,
  deleteAgent: 404,
  exportAddressBook: 400,
  listPublicHolidays: 400,
  discardDraft: 428,
  saveDraft: 428,
}

beforeAll(async () => {
  bench = await startTeams()
  const { db, dispatcher } = bench.server.context
  const place = async (to: string, from: string, policy: string, team: string) => {
    const id = await callOn(bench, to, from)
    const call = await db
      .selectFrom('calls')
      .select(['ref', 'person_id'])
      .where('provider_id', '=', id)
      .executeTakeFirstOrThrow()
    const lead = await db
      .selectFrom('leads')
      .select('ref')
      .where('person_id', '=', call.person_id ?? 0)
      .executeTakeFirstOrThrow()
    const release = (await (await bench.api(`/api/policies/${policy}/releases`)).json()) as {
      data: { release: string }[]
    }
    return {
      call: call.ref,
      lead: lead.ref,
      contactId: String(call.person_id),
      policy,
      release: release.data[0]?.release ?? '',
      line: to,
      team,
    }
  }
  things = {
    own: await place(line, '12125550101', 'north', 'north'),
    other: await place(southLine, '12125550102', 'south', 'south'),
  }
  await dispatcher.idle()
  const document = (await (await bench.api('/api/openapi.json')).json()) as {
    paths: Record<string, Record<string, { operationId: string; requestBody?: unknown; security?: unknown[] }>>
  } // prettier-ignore
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, requestBody, security }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path,
      hasBody: requestBody !== undefined,
      isOpen: security?.length === 0,
    })),
  )
})
afterAll(() => bench.close())

const guarded = () =>
  operations.filter(({ id, path }) => path.startsWith('/api/') && !open.includes(id) && !ownAccount.includes(id)) // prettier-ignore

/** The address of an operation for a thing of somebody's. */
function addressOf({ path }: Operation, whose: Whose): string {
  const mine = things[whose]
  const [, folder = ''] = path.split('/').slice(1)
  const idIn: Record<string, string | undefined> = {
    calls: mine['call'],
    policies: mine['policy'],
    settings: path.includes('/lines/') ? mine['line'] : 'nothing',
  }
  const refIn = folder === 'reports' ? mine['lead'] : mine['ref']
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    name === 'id'
      ? (idIn[folder] ?? 'nothing')
      : ((name === 'ref' ? refIn : mine[name]) ?? 'nothing'),
  )
  return path.endsWith('/call-routing') ? `${filled}?team=${mine['team']}` : filled
}

async function statusOf(
  operation: Operation,
  whose: Whose,
  headers: Record<string, string>,
): Promise<number> {
  const stop = new AbortController()
  const response = await ask(bench, addressOf(operation, whose), {
    method: operation.method,
    headers: { ...headers, ...(operation.hasBody ? { 'content-type': 'application/json' } : {}) },
    ...(operation.hasBody ? { body: '"nonsense"' } : {}),
    signal: stop.signal,
  })
  if (operation.id === 'followLive') stop.abort()
  else await response.arrayBuffer()
  return response.status
}

const mayBe = (role: Role, id: string): boolean =>
  Object.entries(matrix).some(([name, allowed]) => name === id && allowed.some((one) => one === role)) // prettier-ignore

function expected(role: Role, { id, hasBody }: Operation, whose: Whose | 'unlimited'): number {
  if (!mayBe(role, id) || (whose !== 'unlimited' && ofAllTeams.test(id))) return 403
  if (whose === 'other' && ofOneTeam.test(id)) return 404
  return ends[id] ?? (hasBody ? 400 : 200)
}

/** Asks everything and shows only what was not as expected. */
async function walk(
  role: Role,
  whose: Whose | 'unlimited',
  headers: Record<string, string>,
): Promise<string[]> {
  const wrong: string[] = []
  for (const operation of guarded()) {
    const status = await statusOf(operation, whose === 'unlimited' ? 'own' : whose, headers)
    const wanted = expected(role, operation, whose)
    if (status !== wanted) wrong.push(`${operation.id}: ${status}, not ${wanted}`)
  }
  return wrong
}

test('every operation has its entry in the matrix, and every entry its operation', () => {
  const named = operations.filter(({ path, id }) => path.startsWith('/api/') && !open.includes(id))
  expect(named.map(({ id }) => id).toSorted()).toEqual(Object.keys(matrix).toSorted())
  expect(new Set(named.map(({ id }) => id)).size).toBe(named.length)
})

test('what the description calls open is what is open', () => {
  const said = operations.filter(({ isOpen, path }) => isOpen && path.startsWith('/api/'))
  expect(said.map(({ id }) => id).toSorted()).toEqual([...open, 'signOut'].toSorted())
})

test('viewers change nothing but their own account, and only admins see accounts, tokens, audit', () => {
  const changing = guarded().filter(({ method }) => method !== 'GET')
  expect(changing.filter(({ id }) => mayBe('viewer', id))).toEqual([])
  const admin = guarded().filter(({ path }) => /^\/api\/(accounts|tokens|audit|people)/.test(path))
  expect(admin.length).toBeGreaterThan(9)
  for (const role of roles.filter((one) => one !== 'admin'))
    expect(admin.filter(({ id }) => mayBe(role, id))).toEqual([])
})

test('nobody without a good credential gets past 401', async () => {
  const soon = new Date(Date.now() + 400).toISOString()
  const expired = await newToken(bench, { role: 'admin', expiresAt: soon })
  const revoked = await newToken(bench, { role: 'admin' })
  await bench.api(`/api/tokens/${revoked.id}`, { method: 'DELETE' })
  const gone = await join(bench, { username: 'gone', role: 'admin' })
  await bench.api(`/api/accounts/${gone.id}/sign-out`, { method: 'POST' })
  const stale = await join(bench, { username: 'stale', role: 'admin' })
  const past = new Date(Date.now() + 400).toISOString()
  await bench.server.context.writer.run('touchSession', {
    id: await sessionIdOf(stale.id),
    at: past,
    expiresAt: past,
  })
  await sleep(500)
  const wrong: Record<string, Record<string, string>> = {
    none: {},
    'expired token': bearer(expired.secret),
    'revoked token': bearer(revoked.secret),
    'unknown token': bearer(newSecret('cgt')),
    'another scheme': { authorization: 'Basic YWRtaW46YWRtaW4=' },
    'ended session': { cookie: gone.cookie },
    'expired session': { cookie: stale.cookie },
    'unknown session': { cookie: `callgate_session=${newSecret('cgs')}` },
  }
  const passed: string[] = []
  for (const [name, headers] of Object.entries(wrong)) {
    for (const operation of guarded()) {
      const status = await statusOf(operation, 'own', headers)
      if (status !== 401) passed.push(`${name}, ${operation.id}: ${status}`)
    }
    for (const path of ['/api/nothing', '/api/accounts/x/y/z'])
      expect((await ask(bench, path, { headers })).status).toBe(401)
  }
  expect(passed).toEqual([])
})

const sessionIdOf = async (accountId: string): Promise<string> => {
  const sessions = bench.server.context.db.selectFrom('sessions').select('id')
  return (await sessions.where('account_id', '=', accountId).executeTakeFirstOrThrow()).id
}

test('what people do to their own account needs a session', async () => {
  const without = operations.filter(({ id }) => ownAccount.includes(id) && id !== 'signOut')
  const bodies: Record<string, unknown> = {
    changePassword: { current: 'x', next: 'long enough a password' },
    confirmTotp: { code: '000000' },
    endTotp: { password: 'x' },
  }
  for (const { id, method, path } of without) {
    const body = bodies[id]
    const response = await ask(bench, path.replace('{id}', 'nothing'), {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    expect([id, response.status]).toEqual([id, 401])
  }
})

test.each(roles)('%s: a session of all teams gets exactly what the matrix says', async (role) => {
  const { cookie } = await join(bench, { username: `all-${role}`, role })
  expect(await walk(role, 'unlimited', { cookie, origin: bench.server.url })).toEqual([])
})

test.each(roles)('%s: a token of one team gets what is its own', async (role) => {
  // the tokens of a team share its requests of a minute, so each role is of a team of its own besides
  const { secret } = await newToken(bench, { role, teams: ['north', `beside-${role}`] })
  expect(await walk(role, 'own', bearer(secret))).toEqual([])
})

test.each(roles)("%s: another team's things are not there", async (role) => {
  const { cookie } = await join(bench, { username: `one-${role}`, role, teams: ['north'] })
  expect(await walk(role, 'other', { cookie, origin: bench.server.url })).toEqual([])
})

test('nothing changes by a session from another site', async () => {
  const { cookie } = await join(bench, { username: 'lured', role: 'admin' })
  const headers = { cookie, origin: 'https://evil.example' }
  const passed: string[] = []
  const changing = operations.filter(({ method, path }) => method !== 'GET' && path.startsWith('/api/')) // prettier-ignore
  expect(changing.length).toBeGreaterThan(30)
  for (const operation of changing) {
    const status = await statusOf(operation, 'own', headers)
    if (status !== 403) passed.push(`${operation.id}: ${status}`)
  }
  expect(passed).toEqual([])
})

test('what a session is told it may do is what it may', async () => {
  for (const role of roles)
    for (const teams of [null, ['north']]) {
      const { me } = await join(bench, { username: `me-${role}-${teams ?? 'all'}`, role, teams })
      const may = Object.keys(matrix).filter((id) => mayBe(role, id) && !(teams && ofAllTeams.test(id))) // prettier-ignore
      expect(me.operations.toSorted()).toEqual(may.toSorted())
    }
})

test('lists show what is of the own teams', async () => {
  const { secret } = await newToken(bench, { role: 'operations', teams: ['south'] })
  const list = async (path: string) => {
    const response = await ask(bench, path, { headers: bearer(secret) })
    return ((await response.json()) as { data: Record<string, unknown>[] }).data
  }
  expect((await list('/api/calls')).map(({ ref }) => ref)).toEqual([things.other['call']])
  expect(await list('/api/reports/silent-leads')).toHaveLength(1)
  expect((await list('/api/policies')).map(({ id }) => id).toSorted()).toEqual(['rest', 'south'])
  expect((await list('/api/agents')).map(({ id }) => id)).toEqual(['sol'])
  expect((await list('/api/settings/lines')).map(({ id }) => id)).toEqual([southLine])
})

test("a team cannot take another team's line, nor the agent of another", async () => {
  const { secret } = await newToken(bench, { role: 'operations', teams: ['north'] })
  const own = (await (await bench.api('/api/policies/north')).json()) as {
    draft: { revision: string; document: object }
  }
  const response = await ask(bench, '/api/policies/north/draft', {
    method: 'PUT',
    headers: {
      ...bearer(secret),
      'content-type': 'application/json',
      'if-match': own.draft.revision,
    },
    body: JSON.stringify({ ...own.draft.document, numbers: [line, southLine] }),
  })
  expect(response.status).toBe(403)
  const agent = await ask(bench, '/api/agents/status', {
    method: 'POST',
    headers: { ...bearer(secret), 'content-type': 'application/json' },
    body: JSON.stringify({ agent_id: 'sol', call_status: 'available' }),
  })
  expect(agent.status).toBe(404)
})

test('a team sends verifications from its own lines', async () => {
  const { secret } = await newToken(bench, { role: 'operations', teams: ['south'] })
  const open = (more: object) =>
    ask(bench, '/api/verifications', {
      method: 'POST',
      headers: { ...bearer(secret), 'content-type': 'application/json' },
      body: JSON.stringify({ phone: '+12125550103', ttlSeconds: 60, message: 'Call us.', ...more }),
    })
  expect((await open({ line })).status).toBe(400)
  expect((await open({ line: southLine })).status).toBe(201)
  expect((await open({})).status).toBe(201)
  const sent = await bench.server.context.db
    .selectFrom('actions')
    .select('line')
    .where('call_id', 'is', null)
    .where('type', '=', 'message')
    .execute()
  expect(sent.map((action) => action.line)).toEqual([southLine, southLine])
})
