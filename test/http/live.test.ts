import { serve } from '@hono/node-server'
import type { ServerType } from '@hono/node-server'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { insertFeed } from '../../server/db/commands/feed.ts'
import { openForWriting } from '../../server/db/open.ts'
import type { Db } from '../../server/db/open.ts'
import type { LiveNotice } from '../../server/live.ts'
import { openLiveFeed } from '../../server/live.ts'
import type { Home, Server, Storage } from './support.ts'
import { makeHome, openStorage, removeHome, startServer, token, until } from './support.ts'

let home: Home
let storage: Storage
let other: Db
let server: Server
let socket: ServerType
let origin = ''

beforeAll(async () => {
  home = makeHome()
  storage = await openStorage(home.database)
  other = openForWriting(home.database)
})
afterAll(async () => {
  await other.destroy()
  await storage.close()
  removeHome(home)
})
beforeEach(async () => {
  await storage.wipe()
  server = await startServer(home, storage)
  await new Promise<void>((resolve) => {
    socket = serve({ fetch: server.app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      origin = `http://127.0.0.1:${port}`
      resolve()
    })
  })
})
afterEach(async () => {
  await new Promise((resolve) => {
    socket.close(resolve)
    if ('closeAllConnections' in socket) socket.closeAllConnections()
  })
  await server.stop()
})

const write = (numbers: readonly number[]) =>
  insertFeed(
    other,
    numbers.map((number) => ({
      type: 'test',
      at: new Date().toISOString(),
      team: null,
      doc: { number },
    })),
  )

/** Reads the stream until it is told to stop; each block of it is an event. */
async function follow(last?: string) {
  const stop = new AbortController()
  const response = await fetch(`${origin}/api/live`, {
    signal: stop.signal,
    headers: {
      authorization: `Bearer ${token}`,
      ...(last === undefined ? {} : { 'last-event-id': last }),
    },
  })
  let text = ''
  const reading = (async () => {
    for await (const chunk of response.body ?? []) text += new TextDecoder().decode(chunk)
  })().catch(() => undefined)
  const events = () =>
    text.split('\n\n').flatMap((block) => {
      const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? ''
      return field('event') ? [{ id: field('id'), event: field('event'), data: field('data') }] : []
    })
  const numbers = () =>
    events()
      .filter(({ event }) => event === 'test')
      .map(({ data }) => (JSON.parse(data) as { doc: { number: number } }).doc.number)
  return { response, events, numbers, end: () => (stop.abort(), reading) }
}

describe('the live feed', () => {
  it('tells events once, in the order of their commits, in whatever order they are published', async () => {
    const stream = await follow()
    await until(() => stream.events().some(({ event }) => event === 'hello'))
    const [one, two, three] = [await write([1]), await write([2]), await write([3])]
    server.live.publish(two)
    server.live.publish(one)
    server.live.publish(three)
    await until(() => stream.numbers().length >= 3)
    expect(stream.numbers()).toEqual([1, 2, 3])
    await stream.end()
    await until(() => server.live.subscribers === 0)
  })

  it('resumes after Last-Event-ID without a gap while events come in', async () => {
    const events = await write([1, 2, 3, 4])
    server.live.publish(events)
    const resumed = follow(String(events[0]?.id))
    for (let number = 5; number <= 40; number++) server.live.publish(await write([number]))
    const stream = await resumed
    await until(() => stream.numbers().at(-1) === 40)
    expect(stream.numbers()).toEqual(Array.from({ length: 39 }, (_, index) => index + 2))
    await stream.end()
  })

  it('says so when what was missed is not kept any more', async () => {
    const events = await write([1, 2, 3, 4, 5])
    server.live.publish(events)
    await storage.writer.run('trimFeed', { keep: 2 })
    const stream = await follow(String(events[0]?.id))
    await until(() => stream.numbers().length === 2)
    expect(stream.events().map(({ event }) => event)).toEqual(['hello', 'reset', 'test', 'test'])
    await stream.end()
  })

  it('says so to who comes from a later database', async () => {
    const stream = await follow('999999')
    await until(() => stream.events().some(({ event }) => event === 'reset'))
    const [event] = await write([1])
    if (event) server.live.publish([event])
    await until(() => stream.numbers().length === 1)
    await stream.end()
  })

  it('refuses an id that is none, and who has no credential', async () => {
    const headers = { authorization: `Bearer ${token}`, 'last-event-id': 'x' }
    expect((await fetch(`${origin}/api/live`, { headers })).status).toBe(400)
    expect((await fetch(`${origin}/api/live`)).status).toBe(401)
  })

  it('goes on from the newest event after a restart', async () => {
    await write([1, 2])
    const live = await openLiveFeed({ db: storage.db, writer: storage.writer, log: server.log })
    const told: LiveNotice[] = []
    live.subscribe({}, (notice) => told.push(notice))
    live.publish(await write([3]))
    expect(told).toMatchObject([{ kind: 'event', event: { doc: { number: 3 } } }])
    await live.close()
  })
})
