import { Command, CommanderError } from 'commander'
import { registerDemo } from './commands/demo.ts'
import { registerDoctor } from './commands/doctor.ts'
import { registerExport } from './commands/export.ts'
import { registerImport } from './commands/import.ts'
import { registerReplay } from './commands/replay.ts'
import { registerServe } from './commands/serve.ts'
import { registerTest } from './commands/test.ts'
import { registerValidate } from './commands/validate.ts'
import { registerSimulate } from './commands/simulate.ts'
import { failureOf } from './failure.ts'

/** Who reads our output may stop reading (`… | head`); that is no error. */
function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0)
      throw error
    })
}

function createProgram(): Command {
  const program = new Command('callgate')
    .description('The gatekeeper in front of a company’s WhatsApp phone line.')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', '\nExit codes: 0 all is well, 1 found a problem, 2 wrong use.')
    .showHelpAfterError('(--help shows how)')
    .exitOverride()
  registerServe(program)
  registerDemo(program)
  registerTest(program)
  registerValidate(program)
  registerReplay(program)
  registerImport(program)
  registerExport(program)
  registerDoctor(program)
  registerSimulate(program)
  return program
}

/** Runs the command line; sets `process.exitCode`: 0, 1 found a problem, 2 wrong use. */
export async function runCli(argv: readonly string[]): Promise<void> {
  endWithReader()
  const program = createProgram()
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    if (error instanceof CommanderError) {
      // commander has written its own message; help that was asked for is no error
      process.exitCode = error.exitCode === 0 ? 0 : 2
      return
    }
    const { exitCode, message } = failureOf(error)
    process.stderr.write(`callgate: ${message}\n`)
    process.exitCode = exitCode
  }
}
