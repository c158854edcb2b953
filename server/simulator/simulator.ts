import { createAdaptorServer } from '@hono/node-server'
import { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CallOptions } from './calls.ts'
import { sendPermissionReply } from './calls.ts'
import type { Timing } from './clock.ts'
import { createWorld } from './create-world.ts'
import type { Delivery, Deliverer } from './deliver.ts'
import { encodeBody, signatureOf } from './deliver.ts'
import type { FaultName, Faults, GraphFailure } from './faults.ts'
import { graphApp } from './graph/app.ts'
import type { SimulatorEvent } from './log.ts'
import type { WriteOptions } from './messages.ts'
import { renumberPerson, writeMessage } from './messages.ts'
import type { SimulatorOptions } from './options.ts'
import type { PersonOptions, ReceivedMessage } from './people.ts'
import type { SimulatedCall } from './simulated-call.ts'
import { simulateCall } from './simulated-call.ts'
import type { Switches } from './switches.ts'
import type { Verification } from './verify.ts'
import { verifyCallback } from './verify.ts'
import { accountChange } from './webhooks.ts'
import type { Account, Line, Restriction, World } from './world.ts'
import { standing } from './world.ts'

/** Which sent webhook to send again: the newest that fits. */
export interface SentWebhook {
  callId?: string
  /** `connect`, `terminate`, `message:text` …, as in the log. */
  subject?: string
  seq?: number
}

/** Meta's side, running: Graph on loopback, people who call and write, faults. */
export interface Simulator {
  /** Base of Graph, for META_GRAPH_URL. */
  readonly url: string
  /** What happened, the newest events; live. */
  readonly log: readonly SimulatorEvent[]
  /** Totals by name since the start, e.g. `call.ended.rejected`, `graph.POST messages.200`. */
  readonly counters: Readonly<Record<string, number>>
  /** Chances of faults, to be changed at any time. */
  readonly faults: Faults
  readonly switches: Switches
  /** Durations; `scale` included. */
  readonly time: Timing
  readonly account: Account
  /** The lines with their settings, by phone-number id. */
  readonly lines: ReadonlyMap<string, Line>
  /** Calls under way. */
  readonly activeCalls: number
  /** A person dials: connect webhook, ringing, an end. Resolves at once. */
  call(options: CallOptions): Promise<SimulatedCall>
  /** A person writes. */
  message(options: WriteOptions): Promise<{ id: string } & Delivery>
  /** A person answers a permission request, or grants or revokes from the profile. */
  answerPermission(options: PermissionAnswer): Promise<Delivery>
  /** A person takes a new number. */
  changeNumber(change: {
    from?: string
    userId?: string
    line: string
    to: string
  }): Promise<Delivery>
  /** Everything a person got, the newest 100. */
  inbox(person: PersonOptions): readonly ReceivedMessage[]
  /** Meta restricts a line's calling and tells so. */
  restrict(line: string, restriction: Restriction): Promise<Delivery>
  /** An `account_update` with this value. */
  accountUpdate(line: string, value: Record<string, unknown>): Promise<Delivery>
  /** The next so many requests of one kind fail as told. */
  failNext(failure: GraphFailure): void
  /** The fault strikes at its next opportunities. */
  script(fault: FaultName, times?: number): void
  /** No faults, no scripts. */
  clearFaults(): void
  /** Sends the same bytes again; the statuses of the copies, in parallel unless spaced. */
  redeliver(
    which: SentWebhook,
    options?: { copies?: number; spacingMs?: number },
  ): Promise<number[]>
  /** One attempt with any body; signed rightly unless a signature (null for none) or secret is given. */
  deliverRaw(
    body: string | Uint8Array,
    options?: { signature?: string | null; secret?: string; headers?: Record<string, string> },
  ): Promise<number>
  verifySubscription(): Promise<Verification>
  /** Resolves when every webhook, retry and scheduled status has settled. */
  idle(): Promise<void>
  /** Ends calls, timers, deliveries and the server; nothing is sent after it. */
  close(): Promise<void>
}

export interface PermissionAnswer extends PersonOptions {
  line: string
  response: 'accept' | 'reject'
  permanent?: boolean
  /** Id of the request; absent: the newest request, `null`: from the business profile. */
  requestId?: string | null
}

/** Starts Meta's side on loopback. Throws if the port is taken. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { world, deliverer } = createWorld(options)
  const server = createAdaptorServer({ fetch: graphApp(world).fetch })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
  })
  // a listening TCP server has an AddressInfo
  const { port } = server.address() as AddressInfo
  world.url = `http://127.0.0.1:${port}`
  const close = async (): Promise<void> => {
    world.faults.clear()
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    await deliverer.close()
    world.clock.stop()
    if (server instanceof Server) server.closeAllConnections()
    await closed
  }
  return assemble(world, deliverer, close)
}

function assemble(world: World, deliverer: Deliverer, close: () => Promise<void>): Simulator {
  return {
    url: world.url,
    log: world.log.events,
    get counters() {
      return world.log.counters()
    },
    faults: world.faults.chances,
    switches: world.switches,
    time: world.clock.timing,
    account: world.account,
    lines: world.lines,
    get activeCalls() {
      return world.activeCalls.size
    },
    call: async (options) => simulateCall(world, options),
    message: async (options) => writeMessage(world, options),
    answerPermission: async (answer) => answerPermission(world, answer),
    changeNumber: async (change) => renumberPerson(world, change),
    inbox: (person) => world.people.meet(person).inbox,
    restrict: async (line, restriction) => restrict(world, lineFor(world, line), restriction),
    accountUpdate: async (line, value) =>
      world.emitter.emit(accountChange(lineFor(world, line), value, world.clock.now())),
    failNext: (failure) => world.faults.failNext(failure),
    script: (fault, times = 1) => world.faults.script(fault, times),
    clearFaults: () => world.faults.clear(),
    redeliver: (which, copies) => redeliver(world, deliverer, { which, ...copies }),
    deliverRaw: (body, signing) => deliverRaw(world, deliverer, { body, ...signing }),
    verifySubscription: () => verifyCallback(world, world.account.subscription),
    idle: () => world.pending.idle(),
    close,
  }
}

function lineFor(world: World, id: string): Line {
  const line = world.lines.get(id)
  if (!line) throw new RangeError('the simulator has no line with this id')
  return line
}

function restrict(world: World, line: Line, restriction: Restriction): Delivery {
  line.restrictions.push(restriction)
  const { type, expiration } = restriction
  const info = { restriction_type: type, ...(expiration === undefined ? {} : { expiration }) }
  const value = { event: 'ACCOUNT_RESTRICTION', restriction_info: [info] }
  return world.emitter.emit(accountChange(line, value, world.clock.now()))
}

function answerPermission(world: World, answer: PermissionAnswer): Delivery {
  const line = lineFor(world, answer.line)
  const person = world.people.meet(answer)
  const own = standing(world, line, person)
  const isAccepted = answer.response === 'accept'
  const expiresAt = Math.floor(world.clock.now() / 1000) + 7 * 86_400
  const isTemporary = isAccepted && answer.permanent !== true
  if (!isAccepted) own.permission = { status: 'no_permission' }
  else if (isTemporary) own.permission = { status: 'temporary', expiresAt }
  else own.permission = { status: 'permanent' }
  return sendPermissionReply(world, {
    line,
    person,
    contextId: answer.requestId === null ? undefined : (answer.requestId ?? own.requestId),
    reply: {
      response: answer.response,
      ...(isAccepted ? { is_permanent: !isTemporary } : {}),
      ...(isTemporary ? { expiration_timestamp: String(expiresAt) } : {}),
      response_source: 'user_action',
    },
  })
}

async function redeliver(
  world: World,
  deliverer: Deliverer,
  options: { which: SentWebhook; copies?: number; spacingMs?: number },
): Promise<number[]> {
  const { which, copies = 1, spacingMs = 0 } = options
  const sent = world.log.events.findLast(
    (event) =>
      event.kind === 'webhook' &&
      (which.seq === undefined || event.seq === which.seq) &&
      (which.callId === undefined || event.callId === which.callId) &&
      (which.subject === undefined || event.subject === which.subject),
  )
  if (sent?.kind !== 'webhook') throw new RangeError('no such webhook in the log')
  const raw = Buffer.from(sent.body)
  const headers = { 'x-hub-signature-256': signatureOf(raw, world.account.appSecret) }
  const { subject, callId } = sent
  return Promise.all(
    Array.from({ length: copies }, async (_, copy) => {
      await world.clock.sleep((copy * spacingMs * world.clock.timing.scale) / 1000)
      return deliverer.once({ raw, subject, callId }, headers)
    }),
  )
}

async function deliverRaw(
  world: World,
  deliverer: Deliverer,
  options: {
    body: string | Uint8Array
    signature?: string | null
    secret?: string
    headers?: Record<string, string>
  },
): Promise<number> {
  const raw = Buffer.from(options.body)
  const own = signatureOf(raw, options.secret ?? world.account.appSecret)
  const signature = options.signature === undefined ? own : options.signature
  const headers = {
    ...(signature === null ? {} : { 'x-hub-signature-256': signature }),
    ...options.headers,
  }
  return deliverer.once({ raw, subject: 'raw' }, headers)
}

/** A body as Meta would write it, to be changed and sent with `deliverRaw`. */
export function rawBody(body: unknown, escaped = false): Buffer {
  return encodeBody(body, escaped)
}
