import { randomBytes } from 'node:crypto'
import { Failure } from '../cli/failure.ts'
import { paintFor } from '../cli/terminal.ts'
import type { Config } from '../config.ts'
import { readConfig } from '../config.ts'
import type { RunningServer } from '../serve.ts'
import { firstStart } from '../access/first-start.ts'
import { startServer } from '../serve.ts'
import type { LineOptions } from '../simulator/options.ts'
import { Announcer } from './announcer.ts'
import type { Cast } from './cast.ts'
import { castOf } from './cast.ts'
import { widthOf } from './columns.ts'
import type { Look } from './decision-lines.ts'
import { Director } from './director.ts'
import { headerLines } from './header.ts'
import { linesOfSeeds } from './lines.ts'
import type { Stage } from './stage.ts'
import { openStage } from './stage.ts'
import type { Workspace } from './workspace.ts'
import { openWorkspace, removeWorkspace } from './workspace.ts'

/** From Ctrl-C to the end at most; what is not closed by then ends with the process. */
const closingMs = 1200

const secret = (): string => randomBytes(18).toString('base64url')

/** What is made up for a run, unless it is configured. */
interface Secrets {
  readonly appSecret: string
  readonly accessToken: string
  readonly verifyToken: string
  readonly adminToken: string
  readonly adminPassword: string
  readonly crmToken: string
}

function secretsFor({ meta, adminToken, adminPassword }: Config): Secrets {
  return {
    appSecret: meta.appSecrets[0] ?? secret(),
    accessToken: meta.accessToken ?? secret(),
    verifyToken: meta.verifyToken ?? secret(),
    adminToken: adminToken ?? secret(),
    adminPassword: adminPassword ?? secret(),
    crmToken: secret(),
  }
}

/** The configuration of the demo's server: of the outside world only the simulator and its CRM. */
function demoConfig(base: Config, workspace: Workspace, more: { secrets: Secrets; url: string }) {
  const { secrets, url } = more
  return readConfig({
    HOST: base.host,
    PORT: String(base.port),
    REPORT_ZONE: base.reportZone,
    RING_WINDOW_SECONDS: String(base.ringWindowSeconds),
    FOLLOW_UP_GAP_MINUTES: String(base.followUp.gapMinutes),
    FOLLOW_UP_DAILY_CAP: String(base.followUp.dailyCap),
    ADMIN_PASSWORD: secrets.adminPassword,
    DATABASE_URL: workspace.database,
    POLICIES_DIR: workspace.policies,
    SEEDS_DIR: workspace.seeds,
    META_APP_SECRET: [secrets.appSecret, ...base.meta.appSecrets.slice(1)].join(','),
    META_ACCESS_TOKEN: secrets.accessToken,
    META_VERIFY_TOKEN: secrets.verifyToken,
    META_GRAPH_URL: url,
    CRM_URL: `${url}/crm`,
    CRM_TOKEN: secrets.crmToken,
    OUTGOING_ALLOW: '127.0.0.1',
    ADMIN_TOKEN: secrets.adminToken,
    // the log would run into the decisions; who wants it says so
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
  })
}

/** Resolves at Ctrl-C and its like; a second one ends the process at once. */
function untilInterrupted(): Promise<void> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  return new Promise((resolve) => {
    const stop = (): void => {
      for (const signal of signals) {
        process.removeListener(signal, stop)
        process.once(signal, () => process.exit(130))
      }
      resolve()
    }
    for (const signal of signals) process.once(signal, stop)
  })
}

function write(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}

interface Running {
  readonly server: RunningServer
  readonly stage: Stage
  readonly workspace: Workspace
  readonly cast: Cast
  readonly lines: readonly LineOptions[]
  readonly secrets: Secrets
}

/** Shows the header, then plays and tells until the signal. */
async function perform(running: Running, signal: AbortSignal): Promise<void> {
  const { server, stage, workspace, cast, lines, secrets } = running
  const { context } = server
  const paint = paintFor(process.stdout)
  const look: Look = { paint, width: widthOf(process.stdout), isTerminal: process.stdout.isTTY }
  const [first = '', ...others] = lines.map(({ id }) => id)
  const url = addressOf(server)
  const { adminPassword: password, adminToken: token } = secrets
  write(headerLines({ url, password, token, workspace, lines, paint }))
  // the first decision is to be read as fast as the others
  await context.reader.ask('ping', undefined)
  stage.send({ type: 'connect', url, token: secrets.adminToken })
  const announcer = new Announcer({ context, look, write })
  const director = new Director(
    {
      context,
      cast,
      calendars: workspace.calendars,
      signal,
      place: (call) => stage.send({ type: 'call', call }),
      remark: (text) => announcer.remark(text),
    },
    [first, ...others],
  )
  try {
    await director.play()
  } finally {
    announcer.close()
  }
}

/** Where this machine reaches the server. */
function addressOf(server: RunningServer): string {
  return server.url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//127.0.0.1:')
}

async function startAll(base: Config, workspace: Workspace): Promise<Running> {
  const secrets = secretsFor(base)
  const cast = castOf(workspace.seeds)
  const lines = await linesOfSeeds(workspace.seeds)
  const { appSecret, accessToken, verifyToken, crmToken } = secrets
  const stage = await openStage({
    type: 'start',
    lines: lines.map(({ id, display, verifiedName }) => ({ id, display, verifiedName })),
    appSecret,
    accessToken,
    verifyToken,
    crm: { token: crmToken, known: [...cast.ids] },
    folder: workspace.folder,
  })
  try {
    const config = demoConfig(base, workspace, { secrets, url: stage.url })
    const server = await startServer(config)
    await firstStart({ ...server.context, adminPassword: config.adminPassword })
    return { server, stage, workspace, cast, lines, secrets }
  } catch (error) {
    await stage.close()
    throw error
  }
}

/** At most so long; what takes longer is left to the end of the process. */
async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))
  await Promise.race([work.catch(() => undefined), late])
  clearTimeout(timer)
}

/**
 * Runs the demo until Ctrl-C: a server with a temporary database, temporary copies of policies and seeds,
 * and simulated callers; leaves nothing behind.
 * @throws Failure when the simulator ends by itself; what startServer throws
 */
export async function runDemo(base: Config): Promise<void> {
  const interrupted = untilInterrupted()
  const workspace = openWorkspace({ policies: base.policiesDir, seeds: base.seedsDir })
  process.on('exit', () => removeWorkspace(workspace.folder))
  const starting = startAll(base, workspace)
  const running = await Promise.race([starting, interrupted.then(() => undefined)])
  if (!running) return process.exit(0)
  const over = new AbortController()
  try {
    await Promise.race([
      interrupted,
      perform(running, over.signal),
      running.stage.ended.then(() => {
        throw new Failure(1, 'The simulator ended by itself.')
      }),
    ])
  } finally {
    over.abort()
    await running.stage.close()
    await atMost(closingMs, running.server.close())
    removeWorkspace(workspace.folder)
  }
  process.exit(0)
}
