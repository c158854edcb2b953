import { createRoute, z } from '@hono/zod-openapi'
import { isInScope, lineScope } from '../../access/scope.ts'
import type { WhatsappChannel } from '../../channels/whatsapp/client.ts'
import { whatsappChannel } from '../../channels/whatsapp/client.ts'
import type { Clock } from '../../clock.ts'
import { toIso } from '../../clock.ts'
import type { Config } from '../../config.ts'
import type { Writer } from '../../db/writer.ts'
import type { Calling, LineState } from '../../doctor/line.ts'
import { readLine } from '../../doctor/line.ts'
import { refusalOf } from '../../doctor/check.ts'
import { callbackOf } from '../../doctor/webhook.ts'
import { GatekeeperError } from '../../errors.ts'
import type { InstallationStore } from '../../installation.ts'
import type { Releases } from '../../releases/releases.ts'
import type { LineSettings } from '../../schema/line-settings.ts'
import { lineChangeSchema, lineSettingsSchema } from '../../schema/line-settings.ts'
import type { Line } from '../../schema/seeds.ts'
import { auditorOf } from '../auditor.ts'
import { errorResponses } from '../errors.ts'
import { body, createRoutes, json } from '../route-parts.ts'

export interface LineDeps {
  readonly config: Config
  readonly clock: Clock
  readonly writer: Writer
  readonly installation: InstallationStore
  readonly releases: Pick<Releases, 'forLine'>
}

/** Lines asked about at once: Graph throttles those who ask faster. */
const atOnce = 5
const timeoutMs = 10_000

const tags = ['Settings']
const list = createRoute({
  method: 'get',
  path: '/api/settings/lines',
  operationId: 'listLineSettings',
  tags,
  summary: 'Each line as its provider has it, beside what we do',
  description: "Asks Meta now. `checks` says what of Meta's settings is in the way of calls.",
  responses: {
    200: json(z.object({ data: z.array(lineSettingsSchema) }), 'By id'),
    ...errorResponses(),
  },
})
const put = createRoute({
  method: 'put',
  path: '/api/settings/lines/{id}',
  operationId: 'putLineSettings',
  tags,
  summary: 'Turn calling on or off at Meta',
  description:
    'Customers may see it only after some minutes. 502 `provider_failed` when Meta refuses.',
  request: { params: z.object({ id: z.string().min(1).max(64) }), body: body(lineChangeSchema) },
  responses: {
    200: json(lineSettingsSchema, 'The line now'),
    ...errorResponses(400, 404, 409, 502),
  },
})

const onOff = (status: string | undefined): 'on' | 'off' => (status === 'ENABLED' ? 'on' : 'off')

function metaOf(calling: Calling): NonNullable<LineSettings['meta']> {
  return {
    callHours: onOff(calling.call_hours?.status),
    voicemail: onOff(calling.voicemail?.status),
    voicemailTriggers: calling.voicemail?.triggers ?? [],
    callButton: calling.call_icon_visibility ?? null,
    sip: onOff(calling.sip?.status),
  }
}

function oursOf({ releases }: LineDeps, id: string): LineSettings['ours'] {
  const live = releases.forLine(id)
  if (!live) return null
  const nodes = Object.values(live.policy.nodes)
  const calendars = nodes.flatMap((node) => (node.kind === 'hours' ? node.calendar : []))
  return {
    policy: live.policyId,
    release: live.release,
    calendars: [...new Set(calendars)],
    voicemail: nodes.some(({ kind }) => kind === 'voicemail'),
  }
}

function viewOf(deps: LineDeps, line: Line, { checks, calling }: LineState): LineSettings {
  const { id, display = null, name = null, team, channel } = line
  return {
    id,
    display,
    name,
    team,
    channel,
    calling: calling ? onOff(calling.status) : 'unknown',
    canChange: calling !== undefined,
    meta: calling ? metaOf(calling) : null,
    ours: oursOf(deps, id),
    checks: [...checks],
  }
}

async function stateOf(deps: LineDeps, graph: WhatsappChannel, line: Line): Promise<LineState> {
  if (line.channel !== 'whatsapp') return { checks: [] }
  if (deps.config.meta.accessToken !== undefined)
    return readLine(graph, line, callbackOf(deps.config))
  const message = 'Not asked: there is no access token (META_ACCESS_TOKEN).'
  return { checks: [{ id: 'number', subject: `number ${line.id}`, state: 'skipped', message }] }
}

async function withGraph<T>(
  { config }: LineDeps,
  ask: (graph: WhatsappChannel) => Promise<T>,
): Promise<T> {
  const { graphUrl, graphVersion: version, accessToken } = config.meta
  const graph = whatsappChannel({ graphUrl, version, accessToken, timeoutMs })
  return ask(graph).finally(() => graph.close())
}

/** Lines and their settings at the provider. */
export function lineRoutes(deps: LineDeps) {
  const { clock, writer, installation } = deps
  return createRoutes()
    .openapi(list, async (context) => {
      const { lines: all } = installation.current()
      const scope = lineScope(context.get('actor'), all)
      const lines = all.filter(({ id }) => isInScope(scope, id))
      const data = await withGraph(deps, async (graph) => {
        const views: LineSettings[] = []
        for (let start = 0; start < lines.length; start += atOnce) {
          const some = lines.slice(start, start + atOnce)
          const states = some.map(async (line) =>
            viewOf(deps, line, await stateOf(deps, graph, line)),
          )
          views.push(...(await Promise.all(states)))
        }
        return views
      })
      return context.json({ data }, 200)
    })
    .openapi(put, async (context) => {
      const { id } = context.req.valid('param')
      const { calling } = context.req.valid('json')
      const line = installation.current().lines.find((one) => one.id === id)
      if (!line) throw new GatekeeperError('not_found', 'there is no such line')
      if (line.channel !== 'whatsapp')
        throw new GatekeeperError('conflict', 'calling of this line is not set at Meta')
      const view = await withGraph(deps, async (graph) => {
        const before = await readLine(graph, line, callbackOf(deps.config))
        const status = calling === 'on' ? 'ENABLED' : 'DISABLED'
        const answer = await graph.updateSettings(id, { calling: { status } })
        if (!answer.ok)
          throw new GatekeeperError('provider_failed', `Meta refused it (${refusalOf(answer)})`)
        await writer.run('recordAudit', {
          at: toIso(clock.now()),
          by: auditorOf(context),
          operation: 'putLineSettings',
          subject: id,
          before: { calling: before.calling ? onOff(before.calling.status) : 'unknown' },
          after: { calling },
        })
        return viewOf(deps, line, await stateOf(deps, graph, line))
      })
      return context.json(view, 200)
    })
}
