import { z } from '@hono/zod-openapi'
import { caseSchema } from '../schema/cases.ts'
import { policyIdSchema } from '../schema/primitives.ts'
import { problemSchema } from '../schema/problem.ts'

/** What the policy routes take and give, as OpenAPI shows it. */

const exampleDocument = {
  schema: 1,
  id: 'main-line',
  name: 'Main line',
  numbers: ['*'],
  start: 'hours',
  fallback: { kind: 'reject', message: { text: 'Sorry, we could not take your call.' } },
  nodes: {
    hours: {
      kind: 'hours',
      calendar: 'support',
      exits: { open: 'team', closed: 'sorry', holiday: 'sorry', unknown: 'team' },
    },
    team: { kind: 'accept', target: { team: 'support' } },
    sorry: { kind: 'reject', message: { text: 'We are closed. Please write to us here.' } },
  },
}

/** A document may be wrong in any way, and is then shown with its problems. */
export const documentSchema = z.record(z.string(), z.unknown()).openapi('PolicyDocument', {
  description: 'A policy document (schema 1). The component `Policy` is its exact shape.',
  example: exampleDocument,
})

const problems = z.array(problemSchema).readonly()
const release = z.string().openapi({ example: '4-9f8e7d6c5b4a' })
const revision = z.int().openapi({ description: 'For If-Match', example: 7 })

export const releaseSchema = z
  .object({
    release,
    seq: z.int(),
    hash: z.string().openapi({ description: 'SHA-256 of the canonical JSON without layout' }),
    author: z.string(),
    comment: z.string(),
    source: z.enum(['file', 'api', 'rollback', 'canary']),
    createdAt: z.iso.datetime(),
  })
  .openapi('Release')

const draftHead = z.object({
  revision,
  basedOn: release.nullable().openapi({ description: 'The release it was begun on' }),
  outdated: z.boolean().openapi({ description: 'Begun on a release that is not live now' }),
  edited: z.boolean().openapi({ description: 'False while it is equal to live' }),
})

export const draftSchema = draftHead
  .extend({
    document: documentSchema.nullable(),
    by: z.string().nullable(),
    at: z.string().nullable(),
    problems,
  })
  .openapi('Draft')

const head = z.object({
  id: z.string().openapi({ example: 'main-line' }),
  name: z.string(),
  numbers: z.array(z.string()).readonly(),
  problems: problems.openapi({ description: 'Of what is live and of the file' }),
  fileDiffers: z.boolean().openapi({ description: 'The file does not hold what is live' }),
  file: z.string().openapi({ example: 'main-line.json' }),
})

export const summarySchema = head
  .extend({ live: releaseSchema.extend({ problems }).nullable(), draft: draftHead })
  .openapi('PolicySummary')

export const detailSchema = head
  .extend({
    live: releaseSchema.extend({ document: documentSchema, problems }).nullable(),
    draft: draftSchema,
  })
  .openapi('PolicyDetail')

export const publishedSchema = detailSchema.extend({ release }).openapi('Published')

export const checkedSchema = z.object({ valid: z.boolean(), problems }).openapi('Checked')

export const idParams = z.object({ id: policyIdSchema })
export const releaseParams = idParams.extend({ release })

const revisionTag = /^\s*(?:\*|(?:W\/)?"?(\d{1,15})"?)\s*$/

/** `7`, `"7"`, `W/"7"` or `*`; a missing one is `undefined`, something else cannot match: 412. */
export function expectedRevision(header: string | undefined): number | 'any' | undefined {
  if (header === undefined) return undefined
  const match = revisionTag.exec(header)
  if (!match) return -1
  return match[1] === undefined ? 'any' : Number(match[1])
}

export const ifMatchHeader = z.object({
  'if-match': z
    .string()
    .optional()
    .openapi({ description: 'Revision of the draft you saw, quoted or not', example: '"7"' }),
})

export const publishBody = z
  .strictObject({
    comment: z.string().trim().min(1, 'say in a few words what changes').max(1000),
    force: z.boolean().optional().openapi({ description: 'Also when the draft is outdated' }),
  })
  .openapi('Publish', { example: { comment: 'Close at six on Fridays' } })

export const rollbackBody = z
  .strictObject({ release, comment: z.string().trim().min(1).max(1000).optional() })
  .openapi('Rollback', { example: { release: '3-0a1b2c3d4e5f' } })

/** A whole case, or only its facts. */
export const simulateBody = z
  .strictObject({
    case: caseSchema.partial({ name: true, expect: true }).optional(),
    facts: caseSchema.shape.facts,
    document: documentSchema.optional(),
  })
  .openapi('Simulate', {
    example: { facts: { 'caller.priority': 90, 'hours.support': 'open' } },
  })
