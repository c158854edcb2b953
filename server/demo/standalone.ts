import { randomBytes } from 'node:crypto'
import { Failure } from '../cli/failure.ts'
import { printLine } from '../cli/terminal.ts'
import type { Config } from '../config.ts'
import { errorCode } from '../db/thread-message.ts'
import { startHost } from './host.ts'
import { linesOfSeeds } from './lines.ts'

const usualPort = 8790

/** The port that META_GRAPH_URL names on this machine, where it does. */
function configuredPort({ meta }: Config): number {
  const { hostname, port } = new URL(meta.graphUrl)
  const isHere = hostname === '127.0.0.1' || hostname === 'localhost'
  return isHere && port !== '' ? Number(port) : usualPort
}

/** Runs Meta's side alone, for a server that is started by hand, until Ctrl-C. @throws Failure */
export async function serveSimulator(
  config: Config,
  options: { port?: number | undefined; webhook?: string | undefined },
): Promise<void> {
  const secret = (): string => randomBytes(18).toString('base64url')
  const { meta } = config
  const secrets = {
    appSecret: meta.appSecrets[0] ?? secret(),
    accessToken: meta.accessToken ?? secret(),
    verifyToken: meta.verifyToken ?? secret(),
  }
  const server = `http://127.0.0.1:${config.port}`
  const webhookUrl = options.webhook ?? `${server}/webhooks/whatsapp`
  const lines = await linesOfSeeds(config.seedsDir)
  const port = options.port ?? configuredPort(config)
  const host = await startHost({ ...secrets, port, webhookUrl, lines }).catch((error: unknown) => {
    if (errorCode(error) !== 'EADDRINUSE') throw error
    throw new Failure(1, `127.0.0.1:${port} is already in use; --port takes another port.`)
  })
  const adminToken = config.adminToken ?? secret()
  host.announce({ url: new URL(webhookUrl).origin, token: adminToken })
  const told = [
    `Meta's side is simulated at ${host.simulator.url}; webhooks go to ${webhookUrl}`,
    `Lines: ${lines.map(({ id, display }) => `${id} (${display})`).join(', ')}`,
    '',
    'Start the server with:',
    ...Object.entries({
      META_GRAPH_URL: host.simulator.url,
      META_APP_SECRET: secrets.appSecret,
      META_ACCESS_TOKEN: secrets.accessToken,
      META_VERIFY_TOKEN: secrets.verifyToken,
      ADMIN_TOKEN: adminToken,
    }).map(([name, value]) => `  ${name}=${value} \\`),
    '  npm start',
    '',
    'Then place calls: npx callgate simulate --help. Ctrl-C ends this.',
  ]
  for (const line of told) await printLine(line)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve())
  })
  await host.close()
  process.exit(0)
}
