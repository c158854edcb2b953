import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { numbersIn } from '../access/policy-numbers.ts'
import { lineScope } from '../access/scope.ts'
import type { GuardDeps } from '../access/team-guards.ts'
import { changesPolicy, readsPolicy } from '../access/team-guards.ts'
import { GatekeeperError } from '../errors.ts'
import { readJson } from '../policy/validate/json-text.ts'
import type { PolicyDocument } from '../releases/document.ts'
import { isDocument } from '../releases/document.ts'
import type { PolicyDetail, Releases } from '../releases/releases.ts'
import { hasErrors } from '../releases/read-document.ts'
import { auditorOf } from './auditor.ts'
import type { AppEnv } from './env.ts'
import { errorResponses } from './errors.ts'
import { simulateRoutes } from './simulate.ts'
import {
  checkedSchema,
  detailSchema,
  documentSchema,
  draftSchema,
  expectedRevision,
  idParams,
  ifMatchHeader,
  publishBody,
  publishedSchema,
  releaseParams,
  releaseSchema,
  rollbackBody,
  summarySchema,
} from './policy-schemas.ts'

export interface PolicyDeps {
  readonly releases: Releases
  /** What belongs to which team. */
  readonly guards: GuardDeps
}

const tags = ['Policies']
const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
const body = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { 'application/json': { schema } },
})
/** Shown in the documentation; the text itself is read strictly by the route. */
const documentBody = {
  required: true,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Policy' } } },
}

const list = createRoute({
  method: 'get',
  path: '/api/policies',
  operationId: 'listPolicies',
  tags,
  summary: 'All policies',
  description: 'Also one whose file was never valid: its `live` is null and its problems say why.',
  responses: {
    200: json(z.object({ data: z.array(summarySchema).readonly() }), 'By id'),
    ...errorResponses(),
  },
})

const get = createRoute({
  method: 'get',
  path: '/api/policies/{id}',
  operationId: 'getPolicy',
  tags,
  summary: 'What is live, and the draft',
  description:
    'The draft is always there, equal to what is live until it is edited. Its revision is the ETag.',
  request: { params: idParams },
  responses: { 200: json(detailSchema, 'The policy'), ...errorResponses(400, 404) },
})

const saveDraft = createRoute({
  method: 'put',
  path: '/api/policies/{id}/draft',
  operationId: 'saveDraft',
  tags,
  summary: 'Save the draft',
  description:
    'The body is the document; it may have errors, which come back with it. `If-Match` is the revision ' +
    'you saw. A policy that does not exist yet is created by `If-Match: 0` (or `*`).',
  request: {
    params: idParams,
    headers: ifMatchHeader,
    query: z.object({
      basedOn: z.string().optional().openapi({
        description: 'The live release, once you have taken it over into the draft',
        example: '4-9f8e7d6c5b4a',
      }),
    }),
    body: documentBody,
  },
  responses: {
    200: json(draftSchema, 'The draft as it is now'),
    ...errorResponses(400, 409, 412, 413, 415, 428),
  },
})

const discardDraft = createRoute({
  method: 'delete',
  path: '/api/policies/{id}/draft',
  operationId: 'discardDraft',
  tags,
  summary: 'Go back to what is live',
  request: { params: idParams, headers: ifMatchHeader },
  responses: {
    200: json(draftSchema, 'The draft, equal to live'),
    ...errorResponses(400, 404, 412, 428),
  },
})

const check = createRoute({
  method: 'post',
  path: '/api/policies/{id}/validate',
  operationId: 'validatePolicy',
  tags,
  summary: 'Check the draft, or a document',
  description:
    'Without a body the draft is checked; otherwise the body: a document, or `{ "document": … }`. ' +
    'Nothing is stored.',
  request: {
    params: idParams,
    body: {
      required: false,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Policy' } } },
    },
  },
  responses: { 200: json(checkedSchema, 'What is wrong'), ...errorResponses(400, 404, 413, 415) },
})

const publish = createRoute({
  method: 'post',
  path: '/api/policies/{id}/publish',
  operationId: 'publishPolicy',
  tags,
  summary: 'Make the draft live',
  description:
    'Takes the draft as it stands. Once this answers, the next call uses it; the file is written as well. ' +
    'A draft that was begun on a release that is not live now answers 409 `outdated` unless forced.',
  request: { params: idParams, headers: ifMatchHeader, body: body(publishBody) },
  responses: {
    200: json(publishedSchema, 'Live'),
    ...errorResponses(400, 404, 409, 412, 413, 415, 422),
  },
})

const rollback = createRoute({
  method: 'post',
  path: '/api/policies/{id}/rollback',
  operationId: 'rollBackPolicy',
  tags,
  summary: 'Bring an old release back',
  description: 'Makes a new release with the content of the old one. The draft stays as it is.',
  request: { params: idParams, body: body(rollbackBody) },
  responses: { 200: json(publishedSchema, 'Live'), ...errorResponses(400, 404, 413, 415, 422) },
})

const history = createRoute({
  method: 'get',
  path: '/api/policies/{id}/releases',
  operationId: 'listReleases',
  tags,
  summary: 'All releases, newest first',
  request: { params: idParams },
  responses: {
    200: json(z.object({ data: z.array(releaseSchema.extend({ live: z.boolean() })) }), 'Releases'),
    ...errorResponses(400, 404),
  },
})

const oneRelease = createRoute({
  method: 'get',
  path: '/api/policies/{id}/releases/{release}',
  operationId: 'getRelease',
  tags,
  summary: 'A release with its document',
  request: { params: releaseParams },
  responses: {
    200: json(releaseSchema.extend({ document: documentSchema }), 'The release'),
    ...errorResponses(400, 404),
  },
})

function requiredRevision(header: string | undefined): number | 'any' {
  const expected = expectedRevision(header)
  if (expected === undefined)
    throw new GatekeeperError('precondition_required', 'send If-Match with the revision you saw')
  return expected
}

/** The body as a document: strict JSON, no name twice, no reserved names. */
async function readDocument(context: Context<AppEnv>): Promise<PolicyDocument | undefined> {
  const text = await context.req.text()
  if (text.trim() === '') return undefined
  const { document, problems } = readJson(text)
  if (!document)
    throw new GatekeeperError('bad_request', problems[0]?.message ?? 'the body is not JSON', {
      details: { problems },
    })
  if (!isDocument(document.value))
    throw new GatekeeperError('bad_request', 'the body must be a policy document, { … }')
  return document.value
}

function etag(context: Context<AppEnv>, revision: number): void {
  context.header('ETag', `"${revision}"`)
}

function published(context: Context<AppEnv>, detail: PolicyDetail) {
  etag(context, detail.draft.revision)
  return { ...detail, release: detail.live?.release ?? '' }
}

const scopeOf = (context: Context<AppEnv>, guards: GuardDeps) =>
  lineScope(context.get('actor'), guards.installation().lines)

function readingRoutes({ releases, guards }: PolicyDeps) {
  return new OpenAPIHono<AppEnv>()
    .openapi(list, (context) => {
      const scope = scopeOf(context, guards)
      const data = releases.list().filter(({ numbers }) => readsPolicy(scope, numbers))
      return context.json({ data }, 200)
    })
    .openapi(get, (context) => {
      const detail = releases.get(context.req.valid('param').id)
      etag(context, detail.draft.revision)
      return context.json(detail, 200)
    })
    .openapi(history, async (context) => {
      const { id } = context.req.valid('param')
      const live = releases.get(id).live?.release
      const all = await releases.releases(id)
      return context.json({ data: all.map((one) => ({ ...one, live: one.release === live })) }, 200)
    })
    .openapi(oneRelease, async (context) => {
      const { id, release } = context.req.valid('param')
      const { info, document } = await releases.document(id, release)
      return context.json({ ...info, document }, 200)
    })
    .openapi(check, async (context) => {
      const { id } = context.req.valid('param')
      const given = await readDocument(context)
      const inner = given?.['document']
      const { problems } = await releases.assess(id, isDocument(inner) ? inner : given)
      return context.json({ valid: !hasErrors(problems), problems }, 200)
    })
}

function draftRoutes({ releases, guards }: PolicyDeps) {
  return new OpenAPIHono<AppEnv>()
    .openapi(saveDraft, async (context) => {
      const { id } = context.req.valid('param')
      const { basedOn } = context.req.valid('query')
      const expected = requiredRevision(context.req.valid('header')['if-match'])
      const document = await readDocument(context)
      if (!document) throw new GatekeeperError('bad_request', 'the body must be the document')
      if (!changesPolicy(scopeOf(context, guards), numbersIn(document)))
        throw new GatekeeperError('forbidden', 'numbers: not all of these lines are of your teams')
      const by = auditorOf(context)
      const draft = await releases.saveDraft(id, { document, expected, basedOn, by })
      etag(context, draft.revision)
      return context.json(draft, 200)
    })
    .openapi(discardDraft, async (context) => {
      const { id } = context.req.valid('param')
      const expected = requiredRevision(context.req.valid('header')['if-match'])
      const by = auditorOf(context)
      const draft = await releases.discardDraft(id, { expected, by })
      etag(context, draft.revision)
      return context.json(draft, 200)
    })
}

function publishingRoutes({ releases, guards }: PolicyDeps) {
  return new OpenAPIHono<AppEnv>()
    .openapi(publish, async (context) => {
      const { id } = context.req.valid('param')
      const { comment, force = false } = context.req.valid('json')
      const expected = expectedRevision(context.req.valid('header')['if-match']) ?? 'any'
      const by = auditorOf(context)
      const detail = await releases.publish(id, { comment, force, expected, by })
      return context.json(published(context, detail), 200)
    })
    .openapi(rollback, async (context) => {
      const { id } = context.req.valid('param')
      const { release, comment } = context.req.valid('json')
      const { document } = await releases.document(id, release)
      if (!changesPolicy(scopeOf(context, guards), numbersIn(document)))
        throw new GatekeeperError('forbidden', 'numbers: not all of these lines are of your teams')
      const by = auditorOf(context)
      const detail = await releases.rollback(id, { release, comment, by })
      return context.json(published(context, detail), 200)
    })
}

/** Policies, drafts, releases (contract, section 6). */
export const policyRoutes = (deps: PolicyDeps) =>
  [readingRoutes(deps), draftRoutes(deps), publishingRoutes(deps), simulateRoutes(deps)] as const
