import { z } from 'zod'
import { nameSchema } from './primitives.ts'
import { agentStatuses } from './seeds.ts'

/** Body of `POST /api/agents/status`; what is left out stays as it is. */
export const agentStatusBodySchema = z
  .strictObject({
    /** Whose; without it one's own: the agent whose id is the account's sign-in name. */
    agent_id: nameSchema.optional(),
    call_status: z.enum(agentStatuses).optional(),
    is_call_enabled: z.boolean().optional(),
  })
  .refine((body) => body.call_status !== undefined || body.is_call_enabled !== undefined, {
    message: 'send call_status, is_call_enabled, or both',
  })

export const agentViewSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  teams: z.array(z.string()),
  call_status: z.enum(agentStatuses),
  /** Switched off, the agent gets no calls whatever the status. */
  is_call_enabled: z.boolean(),
})
export type AgentView = z.infer<typeof agentViewSchema>

/** How a team's calls are offered to its agents. */
export const callRoutingSchema = z.strictObject({
  mode: z.enum(['round_robin', 'simultaneous', 'longest_idle']).default('round_robin'),
  /** Role of the agents who are rung. */
  role: nameSchema.default('agent'),
  /** Rest of an agent between two calls. */
  cooldown_seconds: z.int().min(0).max(3600).default(60),
  ring_timeout_seconds: z.int().min(5).max(60).default(30),
  fallback_action: z.enum(['auto_reply', 'voicemail', 'ai_pickup']).default('auto_reply'),
})
export type CallRouting = z.infer<typeof callRoutingSchema>

export const callRoutingViewSchema = callRoutingSchema.extend({
  team: z.string(),
  /** False while there is no media path: calls are not offered to agents, whatever is set here. */
  inEffect: z.literal(false),
  /** Null while it was never set. */
  updatedAt: z.string().nullable(),
})
