import type { Command } from 'commander'
import type { Config } from '../../config.ts'
import { errorCode } from '../../db/thread-message.ts'
import { Failure } from '../failure.ts'
import { oneLine } from '../../one-line.ts'
import { readSettings } from '../settings.ts'
import { keepServerSmall } from '../small-memory.ts'

function startFailure(error: unknown, config: Config): Failure {
  const address = `${config.host}:${config.port}`
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return new Failure(1, `${address} is already in use; set PORT to another port.`)
    case 'EACCES':
      return new Failure(1, `${address} may not be used by this account; set PORT above 1023.`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Failure(1, `HOST: this machine has no address ${config.host}.`)
    default:
      return new Failure(1, `The server could not start: ${oneLine(error)}`)
  }
}

async function run(): Promise<void> {
  const config = readSettings()
  keepServerSmall()
  const { serve } = await import('../../serve.ts')
  try {
    await serve(config)
  } catch (error) {
    throw startFailure(error, config)
  }
}

export function registerServe(program: Command): void {
  program
    .command('serve')
    .summary('run the server')
    .description(
      'Runs the server until SIGINT or SIGTERM. Configured by the environment and by .env in the ' +
        'working directory. The log goes to stdout as JSON lines.',
    )
    .option('--json', 'changes nothing: the log is JSON already')
    .action(run)
}
