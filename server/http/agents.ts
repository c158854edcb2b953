import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { Writer } from '../db/writer.ts'
import { GatekeeperError } from '../errors.ts'
import type { InstallationStore } from '../installation.ts'
import type { LiveFeed } from '../live.ts'
import { seesTeam } from '../access/scope.ts'
import type { Actor } from '../schema/access.ts'
import type { AgentView } from '../schema/agents.ts'
import {
  agentStatusBodySchema,
  agentViewSchema,
  callRoutingSchema,
  callRoutingViewSchema,
} from '../schema/agents.ts'
import { teamsOf } from '../schema/installation.ts'
import { nameSchema } from '../schema/primitives.ts'
import type { Agent } from '../schema/seeds.ts'
import { auditorOf } from './auditor.ts'
import type { AppEnv } from './env.ts'
import { badRequest, errorResponses } from './errors.ts'
import { body, json } from './route-parts.ts'

export interface AgentDeps {
  readonly clock: Clock
  /** Read-only: point reads. */
  readonly db: Db
  readonly writer: Writer
  readonly installation: InstallationStore
  readonly live: LiveFeed
}

const tags = ['Agents']
const agentExample: AgentView = {
  id: 'dana',
  name: 'Dana',
  teams: ['support'],
  call_status: 'dnd',
  is_call_enabled: true,
}
const agentStatusExample = {
  agent_id: 'dana',
  call_status: 'dnd',
  is_call_enabled: true,
} as const
const routingExample = {
  mode: 'round_robin',
  role: 'agent',
  cooldown_seconds: 60,
  ring_timeout_seconds: 30,
  fallback_action: 'auto_reply',
} as const
const routingViewExample = {
  ...routingExample,
  team: 'main',
  inEffect: false,
  updatedAt: null,
} as const
const teamQuery = z.strictObject({ team: nameSchema.default('main') })
const routingPath = '/api/teams/settings/call-routing'
const noEffect =
  'There is no media path, so calls are not offered to agents and these settings have no effect yet: they are ' +
  'kept, and `inEffect` is false. Without `team` it is the team `main`.'

const list = createRoute({
  method: 'get',
  path: '/api/agents',
  operationId: 'listAgents',
  tags,
  summary: 'Agents and their status',
  request: { query: z.strictObject({ team: nameSchema.optional() }) },
  responses: {
    200: json(z.object({ data: z.array(agentViewSchema) }), 'By id', { data: [agentExample] }),
    ...errorResponses(400),
  },
})
const setStatus = createRoute({
  method: 'post',
  path: '/api/agents/status',
  operationId: 'setAgentStatus',
  tags,
  summary: "Set an agent's status",
  description:
    'Of the agent named by `agent_id`; without it of the agent whose id is the sign-in name of the account, so a ' +
    'token must name one. What is left out stays as it is. The next call sees it, and the seed file does not set ' +
    'this agent any more. Tells `agent.status` on the live feed.',
  request: { body: body(agentStatusBodySchema, agentStatusExample) },
  responses: {
    200: json(z.object({ success: z.literal(true), data: agentViewSchema }), 'The agent now', {
      success: true,
      data: agentExample,
    }),
    ...errorResponses(400, 404),
  },
})
const getRouting = createRoute({
  method: 'get',
  path: routingPath,
  operationId: 'getCallRouting',
  tags,
  summary: "How a team's calls are to be offered to its agents",
  description: noEffect,
  request: { query: teamQuery },
  responses: {
    200: json(callRoutingViewSchema, 'The settings', routingViewExample),
    ...errorResponses(400, 404),
  },
})
const putRouting = createRoute({
  method: 'put',
  path: routingPath,
  operationId: 'putCallRouting',
  tags,
  summary: "Set how a team's calls are to be offered to its agents",
  description: `${noEffect} What is left out takes its default.`,
  request: { query: teamQuery, body: body(callRoutingSchema, routingExample) },
  responses: {
    200: json(callRoutingViewSchema, 'The settings now', routingViewExample),
    ...errorResponses(400, 404),
  },
})

function toView({ id, name, teams, status, callEnabled }: Agent): AgentView {
  return { id, name: name ?? null, teams, call_status: status, is_call_enabled: callEnabled }
}

const settingKey = (team: string): string => `call_routing.${team}`

/** A team exists because an agent or a line names it; `main` always does. */
function mustExist({ installation }: AgentDeps, team: string): void {
  const current = installation.current()
  const isLines = current.lines.some((line) => line.team === team)
  if (team !== 'main' && !isLines && !teamsOf(current).has(team))
    throw new GatekeeperError('not_found', 'there is no such team')
}

async function readRouting({ db }: AgentDeps, team: string) {
  const row = await db
    .selectFrom('settings')
    .select(['value', 'updated_at'])
    .where('key', '=', settingKey(team))
    .executeTakeFirst()
  const kept = callRoutingSchema.parse(row ? JSON.parse(row.value) : {})
  return { team, ...kept, inEffect: false as const, updatedAt: row?.updated_at ?? null }
}

const noAgent = () => new GatekeeperError('not_found', 'there is no such agent')

/** @throws GatekeeperError `bad_request` for a program that does not say whose status it sets */
async function ownAgent({ db }: AgentDeps, { kind, id }: Actor): Promise<string> {
  if (kind !== 'account' || id === null)
    throw new GatekeeperError('bad_request', 'agent_id: say whose status it is')
  const account = db.selectFrom('accounts').select('username').where('id', '=', id)
  return (await account.executeTakeFirstOrThrow()).username
}

/** Whether an agent is of a team that somebody may see. */
const isOwn = (actor: Actor, { teams }: Agent): boolean =>
  actor.teams === null || teams.some((name) => seesTeam(actor, name))

/** Who takes calls, and how they are to be offered. */
export function agentRoutes(deps: AgentDeps) {
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw badRequest(result.error, result.target)
    },
  })
  return app
    .openapi(list, (context) => {
      const { team } = context.req.valid('query')
      const agents = deps.installation.current().agents
      const actor = context.get('actor')
      const own = agents.filter(
        (agent) => (team === undefined || agent.teams.includes(team)) && isOwn(actor, agent),
      )
      return context.json({ data: own.map(toView) }, 200)
    })
    .openapi(setStatus, async (context) => {
      const { agent_id: named, call_status, is_call_enabled } = context.req.valid('json')
      const agent_id = named ?? (await ownAgent(deps, context.get('actor')))
      const agent = deps.installation.current().agents.find(({ id }) => id === agent_id)
      if (!agent || !isOwn(context.get('actor'), agent)) throw noAgent()
      const done = await deps.writer.run('setAgent', {
        agentId: agent_id,
        status: call_status,
        callEnabled: is_call_enabled,
        at: toIso(deps.clock.now()),
        by: auditorOf(context),
      })
      if (!done) throw noAgent()
      await deps.installation.reload()
      deps.live.publish(done.events)
      return context.json({ success: true as const, data: toView(done.agent) }, 200)
    })
    .openapi(getRouting, async (context) => {
      const { team } = context.req.valid('query')
      mustExist(deps, team)
      return context.json(await readRouting(deps, team), 200)
    })
    .openapi(putRouting, async (context) => {
      const { team } = context.req.valid('query')
      mustExist(deps, team)
      const value = context.req.valid('json')
      const at = toIso(deps.clock.now())
      await deps.writer.run('changeSetting', {
        key: settingKey(team),
        value,
        at,
        by: auditorOf(context),
        operation: 'putCallRouting',
        subject: team,
      })
      return context.json(await readRouting(deps, team), 200)
    })
}
