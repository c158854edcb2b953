import { createRoute, z } from '@hono/zod-openapi'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import { UnreadableSource } from '../../address-book/byte-source.ts'
import { exportText } from '../../address-book/export.ts'
import { importRows } from '../../address-book/import.ts'
import { formats } from '../../address-book/kinds.ts'
import type { Clock } from '../../clock.ts'
import { toIso } from '../../clock.ts'
import type { Db } from '../../db/open.ts'
import type { Writer } from '../../db/writer.ts'
import { GatekeeperError } from '../../errors.ts'
import type { InstallationStore } from '../../installation.ts'
import { usageOf } from '../../policy/usage.ts'
import { importKinds, importReportSchema, usageSchema } from '../../schema/address-book.ts'
import type { Releases } from '../../releases/releases.ts'
import { policySchema } from '../../schema/policy.ts'
import { auditorOf } from '../auditor.ts'
import { errorResponses } from '../errors.ts'
import { createRoutes, json } from '../route-parts.ts'
import { textStream } from '../text-stream.ts'

export interface AddressBookDeps {
  readonly clock: Clock
  /** Read-only: pages of a thousand rows, and what an import is tried on. */
  readonly db: Db
  readonly writer: Writer
  readonly installation: InstallationStore
  readonly releases: Pick<Releases, 'list' | 'get'>
}

const tags = ['Settings']
const kind = z.enum(importKinds)
const format = z.enum(formats).default('csv')
const flag = z.enum(['true', 'false']).default('false')

const importRoute = createRoute({
  method: 'post',
  path: '/api/settings/import/{kind}',
  operationId: 'importAddressBook',
  tags,
  summary: 'Read contacts, agents, calendars or lists from a file',
  description:
    'The body is the file. With `dry_run` nothing is written and the report says what would be. A row that is ' +
    'wrong is named and left out; `replace` overwrites what was edited in the app.',
  request: {
    params: z.object({ kind }),
    query: z.strictObject({ format, dry_run: flag, replace: flag }),
    body: {
      required: true,
      content: {
        'text/csv': { schema: z.string() },
        'application/octet-stream': { schema: z.string() },
      },
    },
  },
  responses: {
    200: json(importReportSchema, 'What became of the rows'),
    ...errorResponses(400, 413),
  },
})
const exportRoute = createRoute({
  method: 'get',
  path: '/api/settings/export/{kind}',
  operationId: 'exportAddressBook',
  tags,
  summary: 'Write contacts, agents, calendars or lists to a file',
  request: { params: z.object({ kind }), query: z.strictObject({ format }) },
  responses: {
    200: {
      description: 'A file that an import reads again',
      content: { 'text/csv': { schema: z.string() }, 'application/json': { schema: z.unknown() } },
    },
    ...errorResponses(400),
  },
})
const usage = createRoute({
  method: 'get',
  path: '/api/settings/usage',
  operationId: 'getUsage',
  tags,
  summary: 'Which step of which live policy names a calendar, team, agent, assistant or attribute',
  responses: {
    200: json(z.object({ data: z.array(usageSchema) }), 'Step by step'),
    ...errorResponses(),
  },
})

/** Address book files in and out, and what policies use of it. */
export function addressBookRoutes(deps: AddressBookDeps) {
  const { clock, db, writer, installation, releases } = deps
  return createRoutes()
    .openapi(importRoute, async (context) => {
      const { kind: what } = context.req.valid('param')
      const query = context.req.valid('query')
      const stream = context.req.raw.body
      if (!stream) throw new GatekeeperError('bad_request', 'the body is to be the file')
      const by = auditorOf(context)
      try {
        const report = await importRows({
          kind: what,
          format: query.format,
          replace: query.replace === 'true',
          declared: installation.current().declared,
          // the web's stream and Node's own are the same object with two types
          bytes: { name: what, stream: Readable.fromWeb(stream as unknown as NodeStream) },
          into: query.dry_run === 'true' ? { tryOn: db } : { writer },
          by,
        })
        if (query.dry_run !== 'true') await installation.reload()
        return context.json({ ...report, problems: [...report.problems] }, 200)
      } catch (cause) {
        if (cause instanceof UnreadableSource)
          throw new GatekeeperError('bad_request', cause.message, { cause })
        throw cause
      }
    })
    .openapi(exportRoute, async (context) => {
      const { kind: what } = context.req.valid('param')
      const { format: as } = context.req.valid('query')
      const at = toIso(clock.now())
      const by = auditorOf(context)
      await writer.run('recordAudit', { at, by, operation: 'exportAddressBook', subject: what })
      const text = exportText(db, { kind: what, format: as, installation: installation.current() })
      return context.body(textStream(text), 200, {
        'Content-Type': as === 'csv' ? 'text/csv; charset=utf-8' : 'application/json',
        'Content-Disposition': `attachment; filename="${what}.${as}"`,
        'Cache-Control': 'no-store',
      })
    })
    .openapi(usage, (context) => {
      const data = releases.list().flatMap(({ id }) => {
        const policy = policySchema.safeParse(releases.get(id).live?.document).data
        return policy ? usageOf(policy).filter((one) => one.kind !== 'fact') : []
      })
      return context.json({ data }, 200)
    })
}
