import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { z } from 'zod'
import type { Clock } from '../../server/clock.ts'
import { readConfig } from '../../server/config.ts'
import type { RunningServer } from '../../server/serve.ts'
import { startServer } from '../../server/serve.ts'
import { changeOf, statusChange } from './envelope.ts'
import type { Week, WeekDelivery, WeekPerson } from './week.ts'
import { policies, seeds, ticksInAll, timeOf } from './world.ts'

const appSecret = 'the-secret-of-the-week'
export const adminToken = 'the-token-of-the-week'

/** A message of ours as Meta's side took it. */
interface Taken {
  readonly id: string
  readonly line: string
  readonly to: string
  readonly url: string | undefined
  readonly key: string
}

const sentSchema = z.object({
  to: z.string().optional(),
  recipient: z.string().optional(),
  biz_opaque_callback_data: z.string(),
  interactive: z
    .object({ action: z.object({ parameters: z.object({ url: z.string() }).optional() }) })
    .optional(),
})

/** Meta's side as far as it answers: takes everything at once, and refuses messages to some. */
async function startGraph(isRefused: (to: string) => boolean) {
  const taken: Taken[] = []
  let count = 0
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += String(part)))
    request.on('end', () => {
      const answer = (status: number, value: unknown) =>
        response
          .writeHead(status, { 'content-type': 'application/json' })
          .end(JSON.stringify(value))
      if (!request.url?.endsWith('/messages')) return answer(200, { success: true })
      const sent = sentSchema.parse(JSON.parse(body))
      const to = sent.to ?? sent.recipient ?? ''
      if (isRefused(to)) return answer(400, { error: { code: 131026, message: 'undeliverable' } })
      const id = `wamid.ours.${(count += 1)}`
      const line = request.url.split('/').at(-2) ?? ''
      const url = sent.interactive?.action.parameters?.url
      taken.push({ id, line, to, url, key: sent.biz_opaque_callback_data })
      return answer(200, { messaging_product: 'whatsapp', messages: [{ id }] })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // a server that listens on a port has such an address
  const { port } = server.address() as AddressInfo
  const close = () => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { url: `http://127.0.0.1:${port}`, taken, close }
}

/** Begins where it is set and then runs as fast as any clock. */
export interface WeekClock extends Clock {
  set(at: number): void
}

function createClock(at: number): WeekClock {
  let [base, since] = [at, performance.now()]
  return {
    now: () => base + Math.floor(performance.now() - since),
    monotonic: () => performance.now(),
    set: (to) => ([base, since] = [to, performance.now()]),
  }
}

/** A server over which a week was played. */
export interface PlayedWeek {
  readonly server: RunningServer
  readonly clock: WeekClock
  api(path: string, init?: RequestInit): Promise<Response>
  close(): Promise<void>
}

function contactsOf(people: readonly WeekPerson[]) {
  return people.flatMap(({ contact, phone }) => (contact ? [{ ...contact, phone }] : []))
}

async function startWeekServer(week: Week, graphUrl: string) {
  // in memory where that is possible: a week has a hundred thousand commits, and none of them is to be kept
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'callgate-week-'))
  const write = (path: string, value: unknown) =>
    writeFileSync(join(folder, path), JSON.stringify(value))
  for (const name of ['policies', 'seeds']) mkdirSync(join(folder, name))
  for (const policy of policies) write(`policies/${policy.id}.json`, policy)
  for (const [name, value] of Object.entries(seeds)) write(`seeds/${name}`, value)
  write('seeds/contacts.json', contactsOf(week.people))
  const blocked = week.people.filter(({ isBlocked }) => isBlocked).map(({ phone }) => phone)
  write('seeds/lists.json', { blocked, allowed: [] })
  const clock = createClock(timeOf(0))
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: join(folder, 'callgate.db'),
    POLICIES_DIR: join(folder, 'policies'),
    SEEDS_DIR: join(folder, 'seeds'),
    META_APP_SECRET: appSecret,
    META_ACCESS_TOKEN: 'a-token',
    META_GRAPH_URL: graphUrl,
    PUBLIC_URL: 'https://gate.example.com',
    ADMIN_TOKEN: adminToken,
    LOG_LEVEL: 'silent',
  })
  const server = await startServer(config, { clock })
  return { server, clock, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Changes a request carries; Meta puts several into one as well. */
const mostInOne = 12

async function post(url: string, changes: readonly unknown[]): Promise<void> {
  const send = async (some: readonly unknown[]) => {
    const entry = [{ id: 'WABA', changes: some }]
    const body = JSON.stringify({ object: 'whatsapp_business_account', entry })
    const signature = createHmac('sha256', appSecret).update(body).digest('hex')
    const headers = {
      'content-type': 'application/json',
      'x-hub-signature-256': `sha256=${signature}`,
    }
    const response = await fetch(`${url}/webhooks/whatsapp`, { method: 'POST', headers, body })
    if (response.status !== 200) throw new Error(`the webhook answered ${response.status}`)
  }
  const parts: Promise<void>[] = []
  for (let start = 0; start < changes.length; start += mostInOne)
    parts.push(send(changes.slice(start, start + mostInOne)))
  await Promise.all(parts)
}

function byTick(deliveries: readonly WeekDelivery[]): ReadonlyMap<number, WeekDelivery[]> {
  const ticks = new Map<number, WeekDelivery[]>()
  for (const delivery of deliveries)
    ticks.set(delivery.tick, [...(ticks.get(delivery.tick) ?? []), delivery])
  return ticks
}

/** Every id a person is ever told by. */
function peopleById(week: Week): ReadonlyMap<string, WeekPerson> {
  const people = new Map<string, WeekPerson>()
  for (const { ids, person } of week.deliveries)
    for (const id of [ids.phone, ids.userId]) if (id !== undefined) people.set(id, person)
  return people
}

/**
 * Plays a week through the real webhook: each tick its deliveries, several in a request and requests at
 * once; then Meta's side reads, and people open the links they were sent, before the next tick.
 */
export async function playWeek(week: Week): Promise<PlayedWeek> {
  const people = peopleById(week)
  const graph = await startGraph((to) => people.get(to)?.isUnreachable === true)
  const { server, clock, remove } = await startWeekServer(week, graph.url)
  const ticks = byTick(week.deliveries)
  const { dispatcher } = server.context
  for (let tick = 0; tick < ticksInAll; tick += 1) {
    const deliveries = ticks.get(tick) ?? []
    if (deliveries.length === 0) continue
    clock.set(timeOf(tick))
    await post(
      server.url,
      deliveries.map((delivery) => changeOf(delivery)),
    )
    await dispatcher.idle()
    await receive(graph.taken.splice(0))
  }
  async function receive(taken: readonly Taken[]): Promise<void> {
    const at = Math.floor(clock.now() / 1000)
    const statuses = taken.flatMap((message) => {
      const { reads = false } = people.get(message.to) ?? {}
      const told = reads ? (['delivered', 'read'] as const) : (['delivered'] as const)
      return told.map((status) => statusChange({ ...message, status, at }))
    })
    if (statuses.length > 0) await post(server.url, statuses)
    for (const { to, url } of taken) {
      if (url === undefined || people.get(to)?.opensLinks !== true) continue
      const { pathname } = new URL(url)
      const opened = await fetch(`${server.url}${pathname}`, { redirect: 'manual' })
      if (opened.status !== 302) throw new Error(`a link answered ${opened.status}`)
    }
  }
  clock.set(timeOf(ticksInAll))
  return {
    server,
    clock,
    api: (path, init = {}) =>
      fetch(`${server.url}${path}`, {
        ...init,
        headers: {
          authorization: `Bearer ${adminToken}`,
          'content-type': 'application/json',
          ...init.headers,
        },
      }),
    async close() {
      await server.close()
      await graph.close()
      remove()
    },
  }
}
