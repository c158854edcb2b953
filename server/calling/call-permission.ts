import { z } from 'zod'
import type { GraphAnswer, WhatsappChannel } from '../channels/whatsapp/client.ts'
import { whatsappChannel } from '../channels/whatsapp/client.ts'
import { toIso } from '../clock.ts'
import type { Config } from '../config.ts'
import type { CallPermission } from '../schema/calling.ts'

const timeoutMs = 10_000
const instant = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)])

const limitSchema = z.object({
  time_period: z.string(),
  max_allowed: z.number().int(),
  current_usage: z.number().int(),
  limit_expiration_time: instant.optional().catch(undefined),
})
const answerSchema = z.object({
  permission: z.object({
    status: z.enum(['no_permission', 'temporary', 'permanent']),
    // Meta's samples have one name and its table the other
    expiration_time: instant.optional().catch(undefined),
    expiration: instant.optional().catch(undefined),
  }),
  actions: z
    .array(
      z.object({
        action_name: z.string(),
        can_perform_action: z.boolean(),
        limits: z.array(limitSchema).default([]),
      }),
    )
    .default([]),
})
type Answer = z.infer<typeof answerSchema>

const fromSeconds = (seconds: number | undefined): string | null =>
  seconds === undefined ? null : toIso(seconds * 1000)

function actionOf({ actions }: Answer, name: string): CallPermission['start_call'] {
  const found = actions.find(({ action_name }) => action_name === name)
  const limits = (found?.limits ?? []).map((limit) => ({
    period: limit.time_period,
    allowed: limit.max_allowed,
    used: limit.current_usage,
    until: fromSeconds(limit.limit_expiration_time),
  }))
  return { allowed: found?.can_perform_action === true, limits }
}

/**
 * Reads an answer of `GET /{phone-number-id}/call_permissions`.
 * Source: Meta, "Obtain user call permissions" (2025-11).
 * @returns undefined when it does not fit
 */
export function readPermission(line: string, answer: GraphAnswer): CallPermission | undefined {
  const told = answer.ok ? answerSchema.safeParse(answer.body).data : undefined
  if (!told) return undefined
  const { status, expiration_time, expiration } = told.permission
  return {
    line,
    status: status === 'no_permission' ? 'none' : status,
    expires_at: status === 'temporary' ? fromSeconds(expiration_time ?? expiration) : null,
    request_permission: actionOf(told, 'send_call_permission_request'),
    start_call: actionOf(told, 'start_call'),
  }
}

/** Asks Graph something over a connection of its own, which no call action shares. */
export async function withGraph<T>(
  { meta }: Pick<Config, 'meta'>,
  ask: (graph: WhatsappChannel) => Promise<T>,
): Promise<T> {
  const { graphUrl, graphVersion: version, accessToken } = meta
  const graph = whatsappChannel({ graphUrl, version, accessToken, timeoutMs })
  return ask(graph).finally(() => graph.close())
}
