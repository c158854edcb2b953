import type { Command } from 'commander'
import type { Config } from '../../config.ts'
import { errorCode } from '../../db/thread-message.ts'
import { Failure } from '../failure.ts'
import { readSettingsWithoutDatabase } from '../settings.ts'

function startFailure(error: unknown, { host, port }: Config): unknown {
  return errorCode(error) === 'EADDRINUSE'
    ? new Failure(
        1,
        `${host}:${port} is already in use. Is a demo or a server running? Set PORT to another port, e.g. PORT=${port + 1} npm run demo`,
        { cause: error },
      )
    : error
}

async function run(): Promise<void> {
  const config = readSettingsWithoutDatabase()
  const { runDemo } = await import('../../demo/demo.ts')
  try {
    await runDemo(config)
  } catch (error) {
    throw startFailure(error, config)
  }
}

/** `callgate demo`, and the process that it keeps for its simulator. */
export function registerDemo(program: Command): void {
  program
    .command('demo')
    .summary('show what it does, with simulated callers')
    .description(
      'Runs a server with a temporary database and temporary copies of policies and seeds, lets simulated ' +
        'people call, and prints every decision. Ends on Ctrl-C and leaves nothing behind. PORT and HOST ' +
        'say where it listens (PORT=0: anywhere); ADMIN_TOKEN, META_APP_SECRET, META_ACCESS_TOKEN and ' +
        'META_VERIFY_TOKEN are made up unless given; LOG_LEVEL=info shows the log.',
    )
    .action(run)
  program.command('demo-simulator', { hidden: true }).action(async () => {
    const { runChild } = await import('../../demo/child.ts')
    await runChild()
  })
}
