import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { webhookEventTypes } from '../../server/schema/webhook-out.ts'
import { callOn, join, newToken, southLine, startTeams } from '../access/support.ts'
import type { Bench } from '../gatekeeper/support.ts'
import { line } from '../gatekeeper/support.ts'
import { chance, invalid, oneOf, valid } from './generate.ts'
import type { Schema } from './json-schema.ts'
import { faultsOf, isObject, listOf, objectOf } from './json-schema.ts'

interface Parameter {
  readonly name: string
  readonly in: string
  readonly isRequired: boolean
  readonly schema: Schema
}

interface Operation {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  /** Of a JSON body. */
  readonly body: Schema | undefined
  readonly bodyExample: unknown
  readonly responses: Record<string, unknown>
  readonly isOpen: boolean
}

interface Sent {
  readonly path: string
  readonly body?: unknown
}

/** How many inputs of each kind an operation gets. */
const rounds = Number(process.env['ROUNDS'] ?? 3)
let bench: Bench
let document: unknown
let operations: readonly Operation[] = []
let cookie = ''
/** Things that are there, by the name of the parameter that names them. */
const there: Record<string, string[]> = {}

/** Operations that never answer 2xx to a token of ADMIN_TOKEN here, and why. */
const neverDone: Readonly<Record<string, string>> = {
  initiateCall: 'no media path',
  answerCall: 'no media path',
  rejectCall: 'the calls of this test are over',
  endCall: 'the calls of this test are over',
  finishOidc: 'no identity provider',
  startOidc: 'no identity provider',
}
/** Take any document and say what is wrong with it. */
const takesAnything = /^(validatePolicy|saveDraft)$/
/** One after the other in this order, so that what is asked for is there as long as possible. */
const order = ['get', 'post', 'put', 'patch', 'delete']

function operationsOf(doc: unknown): Operation[] {
  const all = Object.entries(objectOf(objectOf(doc)['paths'])).flatMap(([path, item]) =>
    Object.entries(objectOf(item)).map(([method, value]): Operation => {
      const operation = objectOf(value)
      const content = objectOf(objectOf(operation['requestBody'])['content'])
      const media = objectOf(content['application/json'])
      return {
        id: String(operation['operationId']),
        method,
        path,
        parameters: listOf(operation['parameters']).map((one) => {
          const { name, in: place, required, schema } = objectOf(one)
          return { name: String(name), in: String(place), isRequired: required === true, schema: objectOf(schema) } // prettier-ignore
        }),
        body: isObject(media['schema']) ? media['schema'] : undefined,
        bodyExample: media['example'],
        responses: objectOf(operation['responses']),
        isOpen: listOf(operation['security']).length === 0 && Array.isArray(operation['security']),
      }
    }),
  )
  return all.toSorted((a, b) => order.indexOf(a.method) - order.indexOf(b.method))
}

async function fillWorld(): Promise<void> {
  for (const [to, from] of [
    [line, '12125550101'],
    [southLine, '12125550102'],
  ] as const)
    // prettier-ignore
    await callOn(bench, to, from)
  await bench.settled()
  const { db } = bench.server.context
  const calls = await db.selectFrom('calls').select(['ref', 'person_id']).execute()
  const people = await db.selectFrom('people').select('ref').execute()
  const account = await join(bench, { username: 'ordinary', role: 'viewer' })
  const token = await newToken(bench, { role: 'viewer' })
  cookie = account.cookie
  const made = await bench.api('/api/webhooks', {
    method: 'POST',
    body: JSON.stringify({ url: 'http://127.0.0.1:9/hook', events: ['call.ended'] }),
  })
  // the routes answer what their schemas say
  const { endpoint } = (await made.json()) as { endpoint: { id: string } }
  const tested = await bench.api(`/api/webhooks/${endpoint.id}/test`, { method: 'POST' })
  const { event } = (await tested.json()) as { event: string }
  Object.assign(there, {
    '/api/calls id': calls.map(({ ref }) => ref),
    '/api/policies id': ['north', 'south', 'rest'],
    '/api/accounts id': [account.id],
    '/api/tokens id': [token.id],
    '/api/settings id': [line],
    '/api/webhooks id': [endpoint.id],
    '/api/webhooks event': [event],
    '/api/people ref': people.map(({ ref }) => ref),
    contactId: calls.map(({ person_id }) => String(person_id)),
  })
}

beforeAll(async () => {
  bench = await startTeams({
    environment: { OUTGOING_ALLOW: '127.0.0.1' },
    seeds: {
      'numbers.json': [
        { id: line, team: 'north' },
        { id: southLine, team: 'south' },
      ],
      'agents.json': [{ id: 'dana', teams: ['north'] }],
    },
  })
  document = await (await bench.api('/api/openapi.json')).json()
  operations = operationsOf(document)
  await fillWorld()
})
afterAll(() => bench.close())

function idFor({ path }: Operation, { name, schema }: Parameter, odds: number): string {
  const folder = path.split('/').slice(0, 3).join('/')
  const known = there[`${folder} ${name}`] ?? there[name]
  return known && chance.next() >= odds ? oneOf(known) : String(valid(document, schema))
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value)

/** An address with its parameters; `wrong` is the query parameter that does not fit. */
function address(operation: Operation, wrong?: Parameter, odds = 0.3): string | undefined {
  const query = new URLSearchParams()
  let path = operation.path
  for (const parameter of operation.parameters) {
    const { name, in: place, isRequired, schema } = parameter
    if (place === 'path') {
      const id = idFor(operation, parameter, odds).replaceAll(/[^\x21-\x7e]/g, 'x') || 'x'
      path = path.replace(`{${name}}`, encodeURIComponent(id === '.' || id === '..' ? 'x' : id))
    }
    if (place !== 'query' || parameter === wrong) continue
    if (isRequired || chance.next() < odds) query.set(name, textOf(valid(document, schema)))
  }
  if (wrong) {
    const bad = oneOf(['nonsense nonsense', '-7', '1e400', '"', 'x'.repeat(9000)])
    const isFitting = [bad, Number(bad)].some(
      (value) => faultsOf({ document, isClosed: false }, wrong.schema, value).length === 0,
    )
    if (isFitting) return undefined
    query.set(wrong.name, bad)
  }
  return query.size === 0 ? path : `${path}?${query}`
}

const isOwnAccount = ({ path }: Operation) => path.startsWith('/api/auth/')

async function ask(operation: Operation, { path, body }: Sent) {
  const response = await bench.api(path, {
    method: operation.method.toUpperCase(),
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
    headers: isOwnAccount(operation)
      ? { authorization: '', cookie, origin: bench.server.url }
      : { 'if-match': '1' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? ''
  if (type === 'text/event-stream') {
    await response.body?.cancel()
    return { status: response.status, type, text: '' }
  }
  return { status: response.status, type, text: await response.text() }
}

/** How an answer does not fit what is declared; undefined when it does. */
function breach(operation: Operation, answer: Awaited<ReturnType<typeof ask>>): string | undefined {
  const { status, type, text } = answer
  const declared = operation.responses[status]
  if (declared === undefined) return `${status} is not declared: ${text.slice(0, 200)}`
  const content = objectOf(objectOf(declared)['content'])
  if (Object.keys(content).length === 0) return undefined
  if (!(type in content)) return `${status}: ${type || 'no type'} is not declared`
  if (type !== 'application/json') return undefined
  const schema = objectOf(content[type])['schema']
  const faults = faultsOf({ document, isClosed: true }, schema, JSON.parse(text))
  return faults.length === 0 ? undefined : `${status}: ${faults.slice(0, 3).join('; ')}`
}

interface Tried {
  readonly breaches: string[]
  readonly statuses: Set<number>
}

async function tryAll(
  chosen: readonly Operation[],
  inputs: (operation: Operation) => readonly Sent[],
  isFine: (status: number) => boolean = () => true,
): Promise<Map<string, Tried>> {
  const tried = new Map<string, Tried>()
  for (const operation of chosen) {
    const all: Tried = { breaches: [], statuses: new Set() }
    tried.set(operation.id, all)
    for (const sent of inputs(operation)) {
      const answer = await ask(operation, sent).catch((cause: unknown) => {
        throw new Error(`${operation.id} gave no answer: ${sent.path}`, { cause })
      })
      all.statuses.add(answer.status)
      const wrong = breach(operation, answer)
      const about = `${operation.id} ${sent.path} ${JSON.stringify(sent.body)?.slice(0, 400) ?? ''}`
      if (wrong !== undefined) all.breaches.push(`${about} → ${wrong}`)
      else if (!isFine(answer.status)) all.breaches.push(`${about} → ${answer.status}`)
    }
  }
  return tried
}

const breachesOf = (tried: Map<string, Tried>) => [...tried.values()].flatMap((one) => one.breaches)

function plain(operation: Operation): Sent {
  const path = address(operation, undefined, 0) ?? operation.path
  const { bodyExample } = operation
  return bodyExample === undefined ? { path } : { path, body: bodyExample }
}

/** Whether it can be done with what is there: nothing secret, nothing that must be made first. */
function isDoable({ id, path, parameters, body, bodyExample, isOpen }: Operation): boolean {
  const folder = path.split('/').slice(0, 3).join('/')
  const isThere = ({ name }: Parameter) => `${folder} ${name}` in there || name in there
  const ids = parameters.filter((one) => one.in === 'path')
  const isRest = /^\/api\/(calls|agents|teams|webhooks)/.test(path)
  if (
    id in neverDone ||
    isOpen ||
    path.startsWith('/api/auth/') ||
    (body && bodyExample === undefined)
  )
    return false
  return ids.length === 0 || (isRest && ids.every(isThere))
}

function goodInputs(operation: Operation): Sent[] {
  const made = Array.from({ length: rounds }, (): Sent => {
    const path = address(operation) ?? operation.path
    return operation.body ? { path, body: valid(document, operation.body) } : { path }
  })
  const { body, bodyExample } = operation
  if (body && bodyExample === undefined) return made
  // nothing but what must be there, and the example: these are to be done
  return [...made, ...Array.from({ length: 3 }, () => plain(operation))]
}

function badInputs(operation: Operation): Sent[] {
  const { body, parameters } = operation
  const path = () => address(operation) ?? operation.path
  const bodies = Array.from({ length: body ? rounds * 2 : 0 }, () => invalid(document, body))
    .filter((value) => value !== undefined)
    .map((value): Sent => ({ path: path(), body: value }))
  const queries = parameters
    .filter(({ in: place }) => place === 'query')
    .flatMap((parameter): Sent[] => {
      const wrong = address(operation, parameter)
      if (wrong === undefined) return []
      return [body ? { path: wrong, body: valid(document, body) } : { path: wrong }]
    })
  return [...bodies, ...queries]
}

describe('the description of the API', () => {
  it('has patterns without flags, which JSON Schema does not know', () => {
    const patterns: string[] = []
    JSON.parse(JSON.stringify(document), (key, value: unknown) => {
      if (key === 'pattern') patterns.push(String(value))
      return value
    })
    expect(patterns).toContain(String.raw`^[\p{L}\p{N}._@+-]{2,100}$`)
    expect(patterns.filter((one) => /\/[a-z]+$/.test(one))).toEqual([])
  })

  it('has examples that fit its shapes', () => {
    const faults = operations.flatMap(({ id, responses, body, bodyExample }) => {
      const bodies = bodyExample === undefined || !body ? [] : [[body, bodyExample] as const]
      const answers = Object.values(responses).flatMap((response) =>
        Object.values(objectOf(objectOf(response)['content'])).flatMap((media) => {
          const { schema, example } = objectOf(media)
          return example === undefined ? [] : [[schema, example] as const]
        }),
      )
      return [...bodies, ...answers].flatMap(([schema, example]) =>
        faultsOf({ document, isClosed: true }, schema, example).map((fault) => `${id}: ${fault}`),
      )
    })
    expect(faults).toEqual([])
  })

  it('has an example for every route of calls, agents and webhooks', () => {
    const without = operations.filter(({ path, method, responses, body, bodyExample }) => {
      if (!/^\/api\/(calls\b(?!.*\/(flight|case|decision|export)$)|agents|teams|webhooks)/.test(path)) return false // prettier-ignore
      const done = Object.entries(responses).find(([status]) => status.startsWith('2'))
      const media = objectOf(objectOf(objectOf(done?.[1])['content'])['application/json'])
      const isShown = media['example'] !== undefined || path.endsWith('/initiate')
      return !isShown || (method !== 'get' && body !== undefined && bodyExample === undefined)
    })
    expect(without.map(({ id }) => id)).toEqual([])
  })
})

describe('the webhooks of the description', () => {
  it('are those that can be asked for, with their shapes', () => {
    const described = Object.keys(objectOf(objectOf(document)['webhooks']))
    expect(described.toSorted()).toEqual([...webhookEventTypes].toSorted())
  })
})

describe('every operation', () => {
  it('answers what does not fit as declared, and never as done', { timeout: 120_000 }, async () => {
    const strict = operations.filter(({ id }) => !takesAnything.test(id))
    const tried = await tryAll(strict, badInputs, (status) => status >= 300)
    expect(breachesOf(tried)).toEqual([])
    const refused = [...tried.values()].filter(({ statuses }) => statuses.has(400))
    expect(refused.length).toBeGreaterThan(25)
  })

  it('answers what fits as declared', { timeout: 120_000 }, async () => {
    const tried = await tryAll(operations, goodInputs)
    expect(breachesOf(tried)).toEqual([])
    const never = [...tried].filter(([id, { statuses }]) => {
      const operation = operations.find((one) => one.id === id)
      return operation && isDoable(operation) && ![...statuses].some((status) => status < 300)
    })
    expect(never.map(([id, { statuses }]) => `${id}: ${[...statuses].join(' ')}`)).toEqual([])
    expect(tried.size).toBeGreaterThan(80)
  })

  it('answers nobody without a credential, as declared', async () => {
    const wrong: string[] = []
    for (const operation of operations) {
      if (operation.isOpen || !operation.path.startsWith('/api/')) continue
      const { body } = operation
      const response = await fetch(`${bench.server.url}${address(operation, undefined, 0)}`, {
        method: operation.method.toUpperCase(),
        ...(body && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(valid(document, body)),
        }),
      })
      const text = await response.text()
      const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? ''
      const fault = breach(operation, { status: response.status, type, text })
      if (response.status !== 401 || fault !== undefined)
        wrong.push(`${operation.id}: ${response.status} ${fault ?? ''}`)
    }
    expect(wrong).toEqual([])
  })
})
