import { createAdaptorServer } from '@hono/node-server'
import { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CallOptions } from './calls.ts'
import type { Timing } from './clock.ts'
import { createWorld } from './create-world.ts'
import type { Delivery, Deliverer } from './deliver.ts'
import type { FaultName, Faults, GraphFailure } from './faults.ts'
import { graphApp } from './graph/app.ts'
import { answerPermission, restrict } from './account-events.ts'
import type { PermissionAnswer } from './account-events.ts'
import type { SentWebhook } from './resend.ts'
import { deliverRaw, redeliver } from './resend.ts'
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
import { lineFor } from './world.ts'

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

/** Starts Meta's side on loopback. Throws if the port is taken. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { world, deliverer } = createWorld(options)
  const graph = graphApp(world)
  const server = createAdaptorServer({
    fetch: (request, env) => options.aside?.(request) ?? graph.fetch(request, env),
  })
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
    world.pending.stop()
    for (const call of world.activeCalls.values()) {
      call.onEnd({ reason: 'closed', rangMs: world.clock.now() - call.dialledAtMs })
    }
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
