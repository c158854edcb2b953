import { startSimulator } from '../../../server/simulator/simulator.ts'
import type { Simulator } from '../../../server/simulator/simulator.ts'
import type { SimulatorEvent } from '../../../server/simulator/log.ts'
import { accessToken, secret } from './bodies.ts'
import { CrmStandIn } from './crm-stand-in.ts'
import type {
  ConnectSeen,
  GraphSeen,
  Ledger,
  Load,
  Questions,
  Request,
  Response,
  World,
} from './other-side-messages.ts'
import { delay, quantile } from './wait.ts'

/** Meta's side and the CRM, in a process of their own: their work does not slow the server down. */
let sim: Simulator | undefined
let crm = new CrmStandIn()
let caller = 0
let isLoading = false

function simulator(): Simulator {
  if (!sim) throw new Error('open comes first')
  return sim
}

async function open(world: World) {
  await close()
  crm = new CrmStandIn()
  sim = await startSimulator({
    appSecret: secret,
    accessToken,
    verifyToken: 'the-verify-token',
    webhookUrl: world.webhookUrl,
    lines: world.lines.map((id, index) => ({ id, display: `+1631555360${index}` })),
    switches: { concurrentCalls: 1_000_000, ...world.switches },
    ...(world.fields ? { subscribedFields: world.fields } : {}),
    ...(world.faults ? { faults: world.faults } : {}),
    ...(world.time ? { time: world.time } : {}),
    keepLog: 1_000_000,
    keepPeople: 300_000,
    keepCalls: 300_000,
  })
  return { graphUrl: sim.url, crmUrl: await crm.listen() }
}

async function close(): Promise<void> {
  isLoading = false
  crm.close()
  await sim?.close()
  sim = undefined
}

const phone = (index: number): string => `1631${String(2_000_000 + index).padStart(7, '0')}`

async function load({ perSecond, seconds, lines, people, options }: Load) {
  const late: number[] = []
  let placed = 0
  let refused = 0
  isLoading = true
  const begun = performance.now()
  const total = Math.round(perSecond * seconds)
  while (placed < total && isLoading) {
    const due = Math.min(total, Math.floor(((performance.now() - begun) * perSecond) / 1000) + 1)
    for (; placed < due; placed += 1) {
      late.push(performance.now() - begun - (placed * 1000) / perSecond)
      const from = phone(people === undefined ? (caller += 1) : placed % people)
      const line = lines[placed % lines.length] ?? ''
      const call = await simulator().call({ from, line, ...options })
      if (call.id === '') refused += 1
    }
    await delay(2)
  }
  isLoading = false
  return { placed, refused, lateMs: quantile(late, 0.99) }
}

/** A request's body, whatever it is. */
function field(body: unknown, ...path: readonly string[]): string | undefined {
  let at: unknown = body
  for (const name of path)
    at =
      typeof at === 'object' && at !== null
        ? Object.entries(at).find(([key]) => key === name)?.[1]
        : undefined
  return typeof at === 'string' ? at : undefined
}

function graphSeen(event: Extract<SimulatorEvent, { kind: 'graph' }>): GraphSeen {
  const { at, status, performed, fault, body } = event
  return {
    at,
    status,
    performed,
    fault,
    key: field(body, 'biz_opaque_callback_data'),
    to: field(body, 'to')?.replace('+', '') ?? field(body, 'recipient'),
    text: field(body, 'text', 'body'),
    callId: field(body, 'call_id'),
    action: field(body, 'action'),
  }
}

function ledger(): Ledger {
  const { log, counters } = simulator()
  const posted = (edge: string): GraphSeen[] =>
    log.flatMap((event) =>
      event.kind === 'graph' && event.method === 'POST' && event.path.endsWith(`/${edge}`)
        ? [graphSeen(event)]
        : [],
    )
  const delivered = (subject: string): ConnectSeen[] =>
    log.flatMap((event) => {
      if (event.kind !== 'webhook' || !event.subject.includes(subject)) return []
      const { callId, attempt, status, ms, at } = event
      return callId === undefined ? [] : [{ callId, attempt, status, ms, at }]
    })
  return {
    connects: delivered('connect'),
    ends: delivered('terminate'),
    messages: posted('messages'),
    actions: posted('calls'),
    counters,
  }
}

const questions: { [N in keyof Questions]: (input: never) => unknown } = {
  open,
  close,
  load,
  stopLoad: () => void (isLoading = false),
  call: async (options: Parameters<Questions['call']>[0]) => {
    const call = await simulator().call(options)
    return { id: call.id, status: await call.answered }
  },
  write: async ({ from, line, text }: Parameters<Questions['write']>[0]) => {
    const sent = await simulator().message({ from, line, text })
    return { id: sent.id, status: await sent.answered }
  },
  redeliver: ({ callId, subject = 'connect', copies }: Parameters<Questions['redeliver']>[0]) =>
    simulator().redeliver({ callId, subject }, { copies }),
  faults: (faults: Parameters<Questions['faults']>[0]) =>
    void Object.assign(simulator().faults, faults),
  script: ({ fault, times }: Parameters<Questions['script']>[0]) =>
    simulator().script(fault, times),
  failNext: (failure: Parameters<Questions['failNext']>[0]) => simulator().failNext(failure),
  clearFaults: () => simulator().clearFaults(),
  switches: (switches: Parameters<Questions['switches']>[0]) =>
    void Object.assign(simulator().switches, switches),
  time: (time: Parameters<Questions['time']>[0]) => void Object.assign(simulator().time, time),
  secret: (next: string) => void Object.assign(simulator().account, { appSecret: next }),
  idle: (timeoutMs: number) =>
    Promise.race([
      simulator()
        .idle()
        .then(() => true),
      delay(timeoutMs).then(() => false),
    ]),
  ledger,
  crm: (mode: Parameters<Questions['crm']>[0]) => void (crm.mode = mode),
  crmCounts: () => ({
    asked: crm.asked,
    abandoned: crm.abandoned,
    mostOpen: crm.mostOpen,
    open: crm.open,
  }),
}

async function answer({ id, name, input }: Request): Promise<void> {
  const response: Response = await Promise.resolve()
    // the parent's typed client is the only one that asks
    .then(() => questions[name](input as never))
    .then(
      (output) => ({ id, output }),
      (error: unknown) => ({ id, error: String(error) }),
    )
  process.send?.(response)
}

process.on('message', (request: Request) => void answer(request))
process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => undefined)
