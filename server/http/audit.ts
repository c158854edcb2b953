import { createRoute, z } from '@hono/zod-openapi'
import { accepts } from 'hono/accepts'
import type { Config } from '../config.ts'
import type { AuditFilter } from '../db/queries/audit.ts'
import type { Reader } from '../db/reader.ts'
import { startOfDay } from '../report-zone.ts'
import { csvLine } from '../reports/csv.ts'
import type { AuditListQuery, AuditView } from '../schema/audit.ts'
import { auditListQuerySchema, auditListSchema } from '../schema/audit.ts'
import { errorResponses } from './errors.ts'
import { createRoutes } from './route-parts.ts'
import { textStream } from './text-stream.ts'

export interface AuditDeps {
  readonly config: Pick<Config, 'reportZone'>
  readonly reader: Reader
}

/** Rows read at once by an export. */
const pieceSize = 500

const route = createRoute({
  method: 'get',
  path: '/api/audit',
  operationId: 'listAudit',
  tags: ['Audit'],
  summary: 'Who changed what',
  description:
    'Newest first. Numbers, names of callers, texts and secrets are not in it: what a change was about stands ' +
    'there by its reference. With `Accept: text/csv` or `format=csv` all that matches comes as CSV (RFC 4180) ' +
    'with a header line, whatever the page.',
  request: { query: auditListQuerySchema },
  responses: {
    200: {
      description: 'One page; or, as CSV, all of it',
      content: {
        'application/json': { schema: auditListSchema },
        'text/csv': { schema: z.string() },
      },
    },
    ...errorResponses(400),
  },
})

function toFilter(query: AuditListQuery, zone: string): AuditFilter {
  const { actor, operation, subject, from_date, to_date } = query
  return {
    actor,
    operation,
    subject,
    ...(from_date === undefined ? {} : { from: startOfDay(from_date, zone) }),
    ...(to_date === undefined ? {} : { until: startOfDay(to_date, zone, 1) }),
  }
}

const columns = ['at', 'actor', 'kind', 'address', 'operation', 'subject', 'before', 'after']

const asText = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))

const lineOf = ({ at, actor, address, operation, subject, before, after }: AuditView): string =>
  csvLine([at, actor.name, actor.kind, address, operation, subject, asText(before), asText(after)])

async function* csv(reader: Reader, filter: AuditFilter): AsyncGenerator<string> {
  yield csvLine(columns)
  let before = Number.MAX_SAFE_INTEGER
  for (;;) {
    const rows = await reader.ask('auditBefore', { ...filter, before, limit: pieceSize })
    if (rows.length > 0) yield rows.map(lineOf).join('')
    if (rows.length < pieceSize) return
    before = rows.at(-1)?.id ?? 0
  }
}

/** The audit log. */
export function auditRoutes({ config, reader }: AuditDeps) {
  return createRoutes().openapi(route, async (context) => {
    const query = context.req.valid('query')
    const filter = toFilter(query, config.reportZone)
    const supports = ['application/json', 'text/csv']
    const accepted = accepts(context, { header: 'Accept', supports, default: 'application/json' })
    context.header('Vary', 'Accept', { append: true })
    if (query.format === 'csv' || (query.format === undefined && accepted === 'text/csv'))
      return context.body(textStream(csv(reader, filter)), 200, {
        'Content-Type': 'text/csv; charset=utf-8; header=present',
        'Content-Disposition': 'attachment; filename="audit.csv"',
      })
    const { page, per_page } = query
    const { data, total, operations } = await reader.ask('listAudit', { ...filter, page, per_page })
    const last_page = Math.max(1, Math.ceil(total / per_page))
    const pagination = { current_page: page, last_page, per_page, total }
    return context.json({ data, pagination, operations }, 200)
  })
}
