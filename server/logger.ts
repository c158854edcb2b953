import { pino } from 'pino'
import type { DestinationStream, Logger } from 'pino'

export type { Logger }

/** Runs of digits long enough to be a phone number, and provider ids, which hold phone numbers. */
const personal = /(wacid|wamid)\.[A-Za-z0-9+/=_-]+|[A-Z]{2}\.(?:ENT\.)?\d{6,}|\+?\d{7,}/g

/** Takes out what could identify a person from text that others wrote (error messages, answers). */
export function scrub(text: string): string {
  return text.replace(personal, '[removed]')
}

function serialiseError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: scrub(String(error)) }
  return {
    type: error.name,
    code: 'code' in error ? error.code : undefined,
    message: scrub(error.message),
    stack: scrub(error.stack ?? ''),
    cause: error.cause === undefined ? undefined : serialiseError(error.cause),
  }
}

/**
 * The log: JSON lines, a static message with structured fields. Nothing personal: who logs passes
 * opaque references only; what slips through under a usual name is removed, errors are scrubbed.
 * @param destination the standard output when left out
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const names = ['phone', 'from', 'to', 'userId', 'waId', 'name', 'text', 'body', 'token', 'secret']
  const options = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: [...names, ...names.map((name) => `*.${name}`)], censor: '[removed]' },
    serializers: { err: serialiseError },
  }
  return destination ? pino(options, destination) : pino(options)
}
