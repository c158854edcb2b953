import { instantOf } from '../fields.ts'

/** One event, of WAHA or of Wawp, which is made of it. */
export interface EngineEvent {
  readonly channel: 'waha' | 'wawp'
  /** Its name, e.g. `call.received`. */
  readonly event: string
  /** The session. */
  readonly line: string
  readonly payload: unknown
  /** When the event was sent, ISO. */
  readonly sentAt: string | undefined
}

/** Why nothing is made of an event. */
export interface Nothing {
  readonly ignored: string
}

const earliest = '2015-01-01'
const latest = '2100-01-01'

/** Seconds or milliseconds to ISO; what is no time at which WhatsApp had calls is absent. */
export function timeOf(value: unknown): string | undefined {
  const at = instantOf(value)
  return at !== undefined && at >= earliest && at < latest ? at : undefined
}
