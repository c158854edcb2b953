import { serve as listen } from '@hono/node-server'
import type { AddressInfo } from 'node:net'
import { firstStart } from './access/first-start.ts'
import { policyNumbers } from './access/policy-numbers.ts'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import type { Context, Overrides } from './context.ts'
import { createContext } from './context.ts'
import { accountRoutes } from './http/accounts.ts'
import { agentRoutes } from './http/agents.ts'
import { auditRoutes } from './http/audit.ts'
import { callLogRoutes } from './http/call-log.ts'
import { callRoutes } from './http/calls.ts'
import { callerRoutes } from './http/callers.ts'
import { canaryRoutes } from './http/canaries.ts'
import { caseRoutes } from './http/cases.ts'
import { catalogueRoutes } from './http/catalogue.ts'
import { flightRoutes } from './http/flight.ts'
import { leadViewRoutes } from './http/lead-views.ts'
import { weightRoutes } from './http/lead-weights.ts'
import { leadRoutes } from './http/leads.ts'
import { linkRoutes } from './http/links.ts'
import type { Mounted } from './http/mount.ts'
import { mount } from './http/mount.ts'
import { oidcRoutes } from './http/oidc.ts'
import { outboundCallRoutes } from './http/outbound-calls.ts'
import { peopleRoutes } from './http/people.ts'
import { reportFigureRoutes } from './http/report-figures.ts'
import { replayRoutes } from './http/replay.ts'
import { reportRoutes } from './http/reports.ts'
import { settingsRoutes } from './http/settings/settings.ts'
import { shadowRoutes } from './http/shadows.ts'
import { signInRoutes } from './http/sign-in.ts'
import { tokenRoutes } from './http/tokens.ts'
import { trafficRoutes } from './http/traffic.ts'
import { verificationRoutes } from './http/verifications.ts'
import { createWeb } from './http/web.ts'
import { webhookEndpointRoutes } from './http/webhook-endpoints.ts'
import { webhookRoutes } from './http/webhooks.ts'
import { refreshMetrics } from './refresh-metrics.ts'
import { warmUp } from './warm-up.ts'

/** A server that listens. */
export interface RunningServer {
  readonly url: string
  readonly context: Context
  /** Answers what is under way, then closes; within about ten seconds. */
  close(): Promise<void>
}

/** The HTTP application of a context, webhooks included. */
export function createServerApp(context: Context, isListening: () => boolean, webFolder?: string) {
  const checks = {
    database: async () => {
      await context.db.selectFrom('settings').select('key').limit(1).execute()
      return true
    },
    policies: () => context.releases.started,
    listening: isListening,
  }
  const { publicUrl } = context.config
  const guards = {
    db: context.db,
    installation: () => context.installation.current(),
    numbersOf: policyNumbers(context.releases),
  }
  const { app, parts: base } = createApp({
    ...context,
    checks,
    guards,
    publicUrl,
    web: createWeb(webFolder),
    refreshMetrics: () => refreshMetrics(context),
  })
  const wake = (ids: readonly number[]): void => context.dispatcher.wake(ids)
  const added = [
    webhookRoutes(context),
    callLogRoutes(context),
    callRoutes({ ...context, wake }),
    outboundCallRoutes({ ...context, wake }),
    flightRoutes(context),
    shadowRoutes(context),
    canaryRoutes(context),
    reportRoutes(context),
    reportFigureRoutes(context),
    leadRoutes(context),
    leadViewRoutes(context),
    weightRoutes(context),
    agentRoutes(context),
    verificationRoutes({ ...context, wake }),
    ...signInRoutes({ ...context, publicUrl, oidcName: context.oidc?.name }),
    oidcRoutes({ ...context, publicUrl }),
    accountRoutes(context),
    tokenRoutes(context),
    webhookEndpointRoutes(context),
    catalogueRoutes(context),
    callerRoutes(context),
    caseRoutes(context),
    replayRoutes(context),
    trafficRoutes(context),
    auditRoutes(context),
    ...settingsRoutes(context),
    peopleRoutes(context),
    linkRoutes(context),
  ] as const
  mount(app, added)
  return { app, parts: [...base, ...added] as const }
}

/** Starts everything and listens. */
export async function startServer(
  config: Config,
  overrides: Overrides & {
    beforeListening?: (context: Context) => Promise<void>
    /** Of the built web app; beside the server's own files when left out. */
    webFolder?: string
  } = {},
): Promise<RunningServer> {
  const context = await createContext(config, overrides)
  await overrides.beforeListening?.(context)
  let listening = false
  const { app } = createServerApp(context, () => listening, overrides.webFolder)
  const { server, address } = await new Promise<{
    server: ReturnType<typeof listen>
    address: AddressInfo
  }>((resolve, reject) => {
    const started = listen(
      { fetch: app.fetch, hostname: config.host, port: config.port },
      (address) => resolve({ server: started, address }),
    )
    started.once('error', reject)
  }).catch(async (error: unknown) => {
    await context.close()
    throw error
  })
  listening = true
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  const url = `http://${host}:${address.port}`
  context.log.info({ url }, 'listening')
  return {
    url,
    context,
    async close() {
      listening = false
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      if ('closeIdleConnections' in server) server.closeIdleConnections()
      await context.gatekeeper.idle()
      const patience = setTimeout(() => {
        if ('closeAllConnections' in server) server.closeAllConnections()
      }, 1_000)
      await closed
      clearTimeout(patience)
      await context.close()
    },
  }
}

/** On the terminal, not in the log: whoever has the link becomes the first admin. */
function showSetupLink(base: string, secret: string): void {
  const lines = ['', 'There is no account yet. Make the first one here, within a day:']
  process.stderr.write(`${[...lines, `  ${base}/setup/${secret}`, ''].join('\n')}\n`)
}

/** Fulfilled by the first SIGTERM or SIGINT; a second one ends the process at once. */
const toldToStop = (): Promise<void> =>
  new Promise((resolve) => {
    const stop = (): void => {
      process.once('SIGINT', () => process.exit(130))
      process.once('SIGTERM', () => process.exit(143))
      resolve()
    }
    process.once('SIGTERM', stop)
    process.once('SIGINT', stop)
  })

/** Runs a server until SIGTERM or SIGINT, also one that comes while it starts; a second one ends it at once. */
export async function serve(config: Config): Promise<void> {
  const told = toldToStop()
  const running = await startServer(config, { beforeListening: warmUp })
  const secret = await firstStart({ ...running.context, adminPassword: config.adminPassword })
  if (secret !== undefined) showSetupLink(config.publicUrl ?? running.url, secret)
  await told
  running.context.log.info('stopping')
  await running.close()
}

/** The type of the whole application, for the web app's client. */
export type ServerApp = Mounted<ReturnType<typeof createServerApp>['parts']>
