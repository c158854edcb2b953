import type { CallOptions } from '../../../server/simulator/calls.ts'
import type { Timing } from '../../../server/simulator/clock.ts'
import type { Faults, FaultName, GraphFailure } from '../../../server/simulator/faults.ts'
import type { Switches } from '../../../server/simulator/switches.ts'
import type { CrmMode } from './crm-stand-in.ts'

export interface World {
  readonly webhookUrl: string
  readonly lines: readonly string[]
  /** Webhook fields that are sent; all of them unless told. */
  readonly fields?: readonly string[]
  readonly switches?: Partial<Switches>
  readonly faults?: Partial<Faults>
  readonly time?: Partial<Timing>
}

/** Calls placed at a steady rate, whatever becomes of them. */
export interface Load {
  readonly perSecond: number
  readonly seconds: number
  readonly lines: readonly string[]
  /** How many people call in turn; each call is from somebody new unless told. */
  readonly people?: number
  readonly options?: Partial<CallOptions>
}

/** One attempt to deliver the beginning of a call. */
export interface ConnectSeen {
  readonly callId: string
  readonly attempt: number
  readonly status: number | null
  readonly ms: number
  /** Milliseconds since 1970. */
  readonly at: number
}

/** One request to Graph, as Graph saw it. */
export interface GraphSeen {
  readonly at: number
  readonly status: number | null
  readonly performed: boolean
  readonly fault?: string | undefined
  /** Of a message: our key, and to whom. */
  readonly key?: string | undefined
  readonly to?: string | undefined
  readonly text?: string | undefined
  /** Of a call action. */
  readonly callId?: string | undefined
  readonly action?: string | undefined
}

/** What the other side knows, to be compared with our journal. */
export interface Ledger {
  readonly connects: readonly ConnectSeen[]
  /** The same of the ends of calls. */
  readonly ends: readonly ConnectSeen[]
  readonly messages: readonly GraphSeen[]
  readonly actions: readonly GraphSeen[]
  readonly counters: Readonly<Record<string, number>>
}

export interface CrmCounts {
  readonly asked: Readonly<Record<string, number>>
  readonly abandoned: number
  readonly mostOpen: number
  readonly open: number
}

/** What can be asked of the other side's process. */
export interface Questions {
  open(world: World): { graphUrl: string; crmUrl: string }
  close(): void
  /** Ends when the last call was placed; `lateMs` tells whether the rate was kept (p99). */
  load(load: Load): { placed: number; refused: number; lateMs: number }
  stopLoad(): void
  /** The status of the first attempt to deliver the call. */
  call(options: CallOptions): { id: string; status: number }
  write(message: { from: string; line: string; text: string }): { id: string; status: number }
  redeliver(told: { callId: string; subject?: string; copies: number }): number[]
  faults(faults: Partial<Faults>): void
  script(told: { fault: FaultName; times: number }): void
  failNext(failure: GraphFailure): void
  clearFaults(): void
  switches(switches: Partial<Switches>): void
  time(time: Partial<Timing>): void
  /** New deliveries are signed with this. */
  secret(secret: string): void
  /** Whether everything was delivered and settled in time. */
  idle(timeoutMs: number): boolean
  ledger(): Ledger
  crm(mode: CrmMode): void
  crmCounts(): CrmCounts
}

export type QuestionName = keyof Questions
export type Argument<N extends QuestionName> = Parameters<Questions[N]>[0]
export type Answer<N extends QuestionName> = ReturnType<Questions[N]>

export interface Request {
  readonly id: number
  readonly name: QuestionName
  readonly input: unknown
}
export interface Response {
  readonly id: number
  readonly output?: unknown
  readonly error?: string
}
