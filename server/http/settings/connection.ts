import { createRoute } from '@hono/zod-openapi'
import type { Clock } from '../../clock.ts'
import { toIso } from '../../clock.ts'
import type { Config } from '../../config.ts'
import { checkConfiguration } from '../../doctor/configuration.ts'
import { checkMeta } from '../../doctor/meta.ts'
import { checkCallback } from '../../doctor/webhook.ts'
import type { InstallationStore } from '../../installation.ts'
import { connectionSchema } from '../../schema/line-settings.ts'
import { errorResponses } from '../errors.ts'
import { createRoutes, json } from '../route-parts.ts'

export interface ConnectionDeps {
  readonly config: Config
  readonly clock: Clock
  readonly installation: InstallationStore
}

const route = createRoute({
  method: 'get',
  path: '/api/settings/connection',
  operationId: 'getConnection',
  tags: ['Settings'],
  summary: 'What stands between WhatsApp and this server',
  description:
    'What `callgate doctor` finds, asked of Meta now. Each problem says what to click or set.',
  responses: { 200: json(connectionSchema, 'What was found'), ...errorResponses() },
})

/** The doctor's findings about the connection to WhatsApp. */
export function connectionRoutes({ config, clock, installation }: ConnectionDeps) {
  return createRoutes().openapi(route, async (context) => {
    const lines = installation.current().lines.filter(({ channel }) => channel === 'whatsapp')
    const { META_APP_ID: appId, META_WABA_ID: wabaId } = process.env
    const known = { appId: appId?.trim() || undefined, wabaId: wabaId?.trim() || undefined }
    const [meta, callback] = await Promise.all([
      checkMeta(config, lines, known),
      checkCallback(config),
    ])
    const checks = [...checkConfiguration(config), ...meta, callback]
    const count = (state: string) => checks.filter((check) => check.state === state).length
    const at = toIso(clock.now())
    return context.json({ problems: count('problem'), warnings: count('warning'), checks, at }, 200)
  })
}
