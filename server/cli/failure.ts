import { ConfigError } from '../config.ts'
import { scrub } from '../logger.ts'

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

/** An error and what is behind it, in one line without anything personal. */
export function oneLine(error: unknown): string {
  const parts: string[] = []
  for (let at: unknown = error; at !== undefined && parts.length < 5;) {
    parts.push((at instanceof Error ? at.message : String(at)).trim())
    at = at instanceof Error ? at.cause : undefined
  }
  const distinct = parts.filter((part, index) => part !== '' && parts.indexOf(part) === index)
  return scrub(distinct.join(': ').replace(/\s*\n\s*/g, ' '))
}

/** The exit code and the line of anything that was thrown. */
export function failureOf(error: unknown): { exitCode: FailureCode; message: string } {
  if (error instanceof Failure) return { exitCode: error.exitCode, message: error.message }
  if (error instanceof ConfigError) return { exitCode: 2, message: error.message }
  return { exitCode: 1, message: oneLine(error) }
}
