import { createRoute, z } from '@hono/zod-openapi'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Db } from '../db/open.ts'
import type { Reader } from '../db/reader.ts'
import type { Writer } from '../db/writer.ts'
import { GatekeeperError } from '../errors.ts'
import type { InstallationStore } from '../installation.ts'
import { caseOfCall } from '../policy/case-of-call.ts'
import { compile } from '../policy/compile.ts'
import { caseWorldOf, readStoredCases, writeStoredCases } from '../releases/cases.ts'
import type { StoredCases } from '../releases/cases.ts'
import type { Releases } from '../releases/releases.ts'
import type { Actor } from '../schema/access.ts'
import { caseWorldSchema } from '../schema/case-world.ts'
import type { CaseWorld } from '../schema/case-world.ts'
import type { Case } from '../schema/cases.ts'
import { caseSchema, casesSchema } from '../schema/cases.ts'
import { decisionSchema } from '../schema/decision.ts'
import { policySchema } from '../schema/policy.ts'
import { seesFact } from '../schema/privacy.ts'
import { problemSchema } from '../schema/problem.ts'
import { auditorOf } from './auditor.ts'
import { errorResponses } from './errors.ts'
import { idParams } from './policy-schemas.ts'
import { body, createRoutes, json } from './route-parts.ts'

export interface CaseDeps {
  readonly config: Pick<Config, 'policiesDir'>
  readonly clock: Clock
  readonly db: Db
  readonly reader: Reader
  readonly writer: Writer
  readonly releases: Pick<Releases, 'get' | 'document'>
  readonly installation: Pick<InstallationStore, 'current'>
}

/** Callers that one question may be about. */
const mostCallers = 500

const revision = z.string().openapi({ description: 'For If-Match', example: '9f8e7d6c5b4a' })
const storedSchema = z
  .object({
    file: z.string().openapi({ example: 'main-line.cases.json' }),
    revision,
    cases: z
      .array(caseSchema)
      .readonly()
      .nullable()
      .openapi({ description: 'Null while the file is broken; its problems say where' }),
    problems: z.array(problemSchema).readonly(),
  })
  .openapi('Cases')
const madeSchema = z
  .object({ policy: z.string(), release: z.string(), case: caseSchema })
  .openapi('MadeCase')

const tags = ['Cases']
const get = createRoute({
  method: 'get',
  path: '/api/policies/{id}/cases',
  operationId: 'getCases',
  tags,
  summary: 'The cases of a policy',
  description:
    'As `<id>.cases.json` has them now. The revision is the ETag; `0` where there is none.',
  request: { params: idParams },
  responses: { 200: json(storedSchema, 'The cases'), ...errorResponses(400, 404) },
})
const put = createRoute({
  method: 'put',
  path: '/api/policies/{id}/cases',
  operationId: 'putCases',
  tags,
  summary: 'Replace the cases of a policy',
  description: 'Writes `<id>.cases.json` in one step. `If-Match` is the revision you saw.',
  request: {
    params: idParams,
    headers: z.object({
      'if-match': z
        .string()
        .optional()
        .openapi({ description: 'Revision of the cases you saw, quoted or not' }),
    }),
    body: body(z.strictObject({ cases: casesSchema.max(2000) })),
  },
  responses: {
    200: json(storedSchema, 'The cases as they are now'),
    ...errorResponses(400, 404, 412, 428),
  },
})
const world = createRoute({
  method: 'post',
  path: '/api/policies/{id}/case-world',
  operationId: 'getCaseWorld',
  tags,
  summary: 'What is known of the callers that cases name',
  description:
    'Contacts and list entries of these phone numbers and user ids, to decide cases in a browser.',
  request: {
    params: idParams,
    body: body(z.strictObject({ callers: z.array(z.string().min(1).max(200)).max(mostCallers) })),
  },
  responses: { 200: json(caseWorldSchema, 'What is known'), ...errorResponses(400, 404) },
})
const make = createRoute({
  method: 'get',
  path: '/api/calls/{id}/case',
  operationId: 'makeCase',
  tags,
  summary: 'A case made of a call',
  description:
    'The facts that its way read, without personal data, and the way it took; nothing is stored. 409 ' +
    '`conflict` with `details.why`: `not_by_facts` when the clock or a failure decided, `needs_the_caller` ' +
    'when no other caller would take this way.',
  request: {
    params: z.object({
      id: z
        .string()
        .min(1)
        .max(300)
        .openapi({ description: "The call's reference, or the provider's id" }),
    }),
  },
  responses: { 200: json(madeSchema, 'The case'), ...errorResponses(404, 409) },
})

function expected(header: string | undefined): string {
  const match = /^\s*(?:W\/)?"?([\w*]{1,64})"?\s*$/.exec(header ?? '')
  if (header === undefined || !match?.[1])
    throw new GatekeeperError('precondition_required', 'send If-Match with the revision you saw')
  return match[1]
}

const shown = ({ mark: _mark, ...stored }: StoredCases) => stored

/** How many cases came, went and changed: what they say may be about people. */
function changes(before: readonly Case[], after: readonly Case[]) {
  const names = (cases: readonly Case[]) => new Map(cases.map((one) => [one.name, one]))
  const [was, is] = [names(before), names(after)]
  const changed = [...is].filter(([name, one]) => {
    const old = was.get(name)
    return old && JSON.stringify(old) !== JSON.stringify(one)
  })
  return {
    cases: after.length,
    added: [...is.keys()].filter((name) => !was.has(name)).length,
    removed: [...was.keys()].filter((name) => !is.has(name)).length,
    changed: changed.length,
  }
}

/** Attributes of a privacy class that somebody does not see are not there for them. */
function seenBy(told: CaseWorld, actor: Actor, deps: CaseDeps): CaseWorld {
  const { attributes: declared } = deps.installation.current().declared
  const sees = (name: string) =>
    seesFact(actor, declared.find((one) => one.name === name)?.privacy ?? 'personal')
  return {
    ...told,
    contacts: told.contacts.map((contact) => ({
      ...contact,
      attributes: Object.fromEntries(
        Object.entries(contact.attributes ?? {}).filter(([name]) => sees(name)),
      ),
    })),
  }
}

async function madeOf(deps: CaseDeps, id: string) {
  const call = await deps.reader.ask('findCall', { id })
  if (!call) throw new GatekeeperError('not_found', 'there is no such call')
  const { doc } = await deps.reader.ask('decisionOf', { callId: call.id })
  if (doc === undefined) throw new GatekeeperError('not_found', 'this call was never decided')
  const decision = decisionSchema.parse(JSON.parse(doc))
  const { policy, release } = decision
  const refuse = (why: string) =>
    new GatekeeperError('conflict', 'no case can be made of this call', { details: { why } })
  if (policy === null || release === null) throw refuse('not_by_facts')
  const { document } = await deps.releases.document(policy, release)
  const installation = deps.installation.current()
  const compiled = compile(policySchema.parse(document), installation)
  const made = caseOfCall({ decision, compiled, installation })
  if (made.kind === 'refused') throw refuse(made.why)
  return { policy, release, case: made.case }
}

/** Cases beside a policy, for its editor. */
export function caseRoutes(deps: CaseDeps) {
  const dir = deps.config.policiesDir
  return createRoutes()
    .openapi(get, async (context) => {
      const { id } = context.req.valid('param')
      deps.releases.get(id)
      const stored = await readStoredCases(dir, id)
      context.header('ETag', `"${stored.revision}"`)
      return context.json(shown(stored), 200)
    })
    .openapi(put, async (context) => {
      const { id } = context.req.valid('param')
      deps.releases.get(id)
      const seen = await readStoredCases(dir, id)
      const revision = expected(context.req.valid('header')['if-match'])
      if (revision !== '*' && revision !== seen.revision)
        throw new GatekeeperError('precondition_failed', 'the cases were changed since', {
          details: { revision: seen.revision },
        })
      const { cases } = context.req.valid('json')
      const stored = await writeStoredCases({ dir, id }, cases, seen)
      const before = seen.cases ?? []
      await deps.writer.run('recordAudit', {
        at: toIso(deps.clock.now()),
        by: auditorOf(context),
        operation: 'putCases',
        subject: id,
        before: { cases: before.length },
        after: changes(before, cases),
      })
      context.header('ETag', `"${stored.revision}"`)
      return context.json(shown(stored), 200)
    })
    .openapi(world, async (context) => {
      deps.releases.get(context.req.valid('param').id)
      const { callers } = context.req.valid('json')
      const told = await caseWorldOf(deps.db, callers)
      return context.json(seenBy(told, context.get('actor'), deps), 200)
    })
    .openapi(make, async (context) =>
      context.json(await madeOf(deps, context.req.valid('param').id), 200),
    )
}
