/** How fast the outbox sends. Milliseconds unless the name says otherwise. */
export interface Pacing {
  /** Of one line. Source: WhatsApp Cloud API, "Throughput": 80 a second by default. */
  readonly messagesPerSecond: number
  /** Between two messages to one person. Source: WhatsApp Cloud API, "Pair rate limits". */
  readonly personGapMs: number
  /** Longest wait of a message for the first answer to its call's reject. */
  readonly rejectWaitMs: number
  /** Ample, because those being claimed count too, and a slow disk must not queue calls. */
  readonly callsInFlight: number
  /** Of one line. */
  readonly messagesInFlight: number
  readonly asidesInFlight: number
  readonly webhooksInFlight: number
  /** First pause of a line whose credentials are refused; doubles up to a minute. */
  readonly probeMs: number
  /** Longest pause that one throttled call action puts on the call actions of its line. */
  readonly callHoldMs: number
  readonly pollMs: number
}

export const defaultPacing: Pacing = {
  messagesPerSecond: 80,
  personGapMs: 6_000,
  rejectWaitMs: 2_000,
  callsInFlight: 128,
  messagesInFlight: 32,
  asidesInFlight: 16,
  webhooksInFlight: 16,
  probeMs: 2_000,
  callHoldMs: 5_000,
  pollMs: 1_000,
}
