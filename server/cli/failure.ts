import { oneLine } from '../one-line.ts'
import { ConfigError } from '../config.ts'

/** 1: the command found a problem, 2: it was used wrongly (contract, section 7). */
export type FailureCode = 1 | 2

/** What ends a command: one line for the person at the terminal, and the exit code. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exitCode: FailureCode

  constructor(exitCode: FailureCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** Wrong use: exit 2. */
export function wrongUse(message: string): Failure {
  return new Failure(2, message)
}

/** The exit code and the line of anything that was thrown. */
export function failureOf(error: unknown): { exitCode: FailureCode; message: string } {
  if (error instanceof Failure) return { exitCode: error.exitCode, message: error.message }
  if (error instanceof ConfigError) return { exitCode: 2, message: error.message }
  return { exitCode: 1, message: oneLine(error) }
}
