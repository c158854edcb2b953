import { readdirSync, readFileSync } from 'node:fs'
import { connect as openSocket } from 'node:net'
import { join } from 'node:path'
import { connect, envelope, rejectAll, sign } from '../tools/bodies.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { until } from '../tools/wait.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'

const megabyte = 2 ** 20
const pick = <T>(items: readonly T[]): T | undefined =>
  items[Math.floor(Math.random() * items.length)]

function nested(depth: number, array: boolean): string {
  return array
    ? '['.repeat(depth) + ']'.repeat(depth)
    : '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)
}

interface Hostile {
  readonly what: string
  readonly body: string | Uint8Array
  readonly statuses: readonly number[]
}

const withExtra = (extra: Record<string, unknown>): string =>
  JSON.stringify(envelope(connect({ extra })))

/** A rightly signed body each, and what may be answered to it. */
function hostileBodies(): Hostile[] {
  const valid = JSON.stringify(envelope(connect()))
  const deep = (depth: number, array: boolean): string =>
    withExtra({ odd: 'HERE' }).replace('"HERE"', nested(depth, array))
  return [
    { what: 'empty', body: '', statuses: [400] },
    { what: 'no JSON', body: 'hello', statuses: [400] },
    { what: 'half a body', body: valid.slice(0, valid.length / 2), statuses: [400] },
    { what: 'a number', body: '1', statuses: [400] },
    { what: 'null', body: 'null', statuses: [400] },
    { what: 'an empty array', body: '[]', statuses: [400] },
    { what: 'an empty object', body: '{}', statuses: [400] },
    {
      what: 'bad UTF-8',
      body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d]),
      statuses: [400],
    },
    {
      what: 'bad UTF-8 in a name',
      body: Buffer.concat([Buffer.from(valid.replace('Dana', 'Da')), Buffer.from([0xff])]),
      statuses: [400],
    },
    { what: 'UTF-16', body: Buffer.from(valid, 'utf16le'), statuses: [400] },
    { what: 'objects 1,000 deep', body: deep(1_000, false), statuses: [200, 400] },
    { what: 'arrays 1,000 deep', body: deep(1_000, true), statuses: [200, 400] },
    { what: 'arrays 500,000 deep', body: nested(500_000, true), statuses: [400] },
    {
      what: 'unknown fields',
      body: withExtra({ new_in_2030: { any: [1, 2, 3] } }),
      statuses: [200],
    },
    { what: 'an unknown event', body: withExtra({ event: 'teleported' }), statuses: [200] },
    {
      what: 'an unknown field',
      body: JSON.stringify(envelope({ field: 'holograms', value: {} })),
      statuses: [200],
    },
    {
      what: 'an id of a megabyte',
      body: withExtra({ id: 'x'.repeat(megabyte) }),
      statuses: [200, 400],
    },
    {
      what: 'a name of a megabyte',
      body: JSON.stringify(envelope(connect({ name: '🦄'.repeat(250_000) }))),
      statuses: [200],
    },
    {
      what: 'numbers for texts',
      body: withExtra({ id: 7, from: 12345678901, timestamp: 1e300 }),
      statuses: [200, 400],
    },
    {
      what: 'a time in the year 300,000',
      body: withExtra({ timestamp: '9999999999999' }),
      statuses: [200, 400],
    },
    {
      what: 'prototype keys',
      body: withExtra({ odd: 'HERE' }).replace(
        '"odd":"HERE"',
        '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}',
      ),
      statuses: [200, 400],
    },
    {
      what: '3 MB of unknown fields',
      body: withExtra({ padding: 'x'.repeat(3 * megabyte) }),
      statuses: [200],
    },
    {
      what: 'just over 4 MB',
      body: withExtra({ padding: 'x'.repeat(4 * megabyte) }),
      statuses: [413],
    },
    { what: '40 MB', body: Buffer.alloc(40 * megabyte, 0x20), statuses: [413, 0] },
    {
      what: '20,000 empty changes',
      body: JSON.stringify(envelope(...Array.from({ length: 20_000 }, () => ({})))),
      statuses: [200],
    },
  ]
}

const odd: readonly unknown[] = [
  null,
  -1,
  1e308,
  '',
  '\u0000',
  [],
  {},
  [[]],
  true,
  'ﷺ'.repeat(50),
  '__proto__',
  { then: 1 },
]

/** A copy with something odd in one place, or a place missing. */
function mutate(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Math.random() < 0.15) return pick(odd)
  if (Array.isArray(value)) {
    const at = Math.floor(Math.random() * value.length)
    return value.map((item, index) => (index === at ? mutate(item) : item))
  }
  const entries = Object.entries(value)
  const at = Math.floor(Math.random() * entries.length)
  return Object.fromEntries(
    entries.flatMap(([key, item], index) => {
      if (index !== at) return [[key, item]]
      return Math.random() < 0.2 ? [] : [[Math.random() < 0.1 ? 'constructor' : key, mutate(item)]]
    }),
  )
}

function flipBytes(text: string): Uint8Array {
  const bytes = Buffer.from(text)
  for (let times = 0; times < 1 + Math.random() * 4; times += 1)
    bytes[Math.floor(Math.random() * bytes.length)] = Math.floor(Math.random() * 256)
  return bytes
}

/** Recorded deliveries, changed at random. */
async function fuzz(stage: Stage, trial: Trial, count: number): Promise<void> {
  const folder = join(import.meta.dirname, '..', '..', '..', 'seeds', 'webhooks')
  const recorded = readdirSync(folder)
    .filter((name) => name.startsWith('whatsapp-'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
  const statuses: Record<number, number> = {}
  const wrong: string[] = []
  for (let times = 0; times < count; times += 1) {
    const text = pick(recorded) ?? ''
    const body = Math.random() < 0.4 ? flipBytes(text) : JSON.stringify(mutate(JSON.parse(text)))
    let { status } = await stage.post(body)
    // an idle connection may be closed at the moment it is used again
    if (status === 0) status = (await stage.post(body)).status
    statuses[status] = (statuses[status] ?? 0) + 1
    if (status !== 200 && status !== 400)
      wrong.push(`${status}: ${Buffer.from(body).toString('base64').slice(0, 200)}`)
  }
  trial.check('changed deliveries are answered 200 or 400', wrong.length === 0, wrong.slice(0, 3))
  trial.figure('changed deliveries by answer', JSON.stringify(statuses))
  trial.fault('changed deliveries refused', statuses[400] ?? 0, count * 0.02)
}

/** What no HTTP client sends. @returns the first line of the answer, '' when the connection is just closed */
function sayRaw(port: number, text: string, isCutOff = false): Promise<string> {
  return new Promise((resolve) => {
    let heard = ''
    const socket = openSocket(port, '127.0.0.1', () => {
      socket.write(text)
      if (isCutOff) setTimeout(() => socket.resetAndDestroy(), 50)
    })
    socket.on('data', (data: Buffer) => (heard += data.toString()))
    socket.on('error', () => undefined)
    socket.setTimeout(3_000, () => socket.destroy())
    socket.once('close', () => resolve(heard.split('\r\n')[0] ?? ''))
  })
}

async function tryRaw(stage: Stage, trial: Trial): Promise<void> {
  const { port } = stage.server
  const body = JSON.stringify(envelope(connect()))
  const head = `POST /webhooks/whatsapp HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Hub-Signature-256: ${sign(body)}\r\n`
  const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
  const both = await sayRaw(
    port,
    `${head}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n${chunk}`,
  )
  trial.check('two lengths are refused', !both.includes(' 200 '), both)
  const twice = await sayRaw(
    port,
    `${head}Content-Length: 5\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  trial.check('two Content-Lengths are refused', !twice.includes(' 200 '), twice)
  const chunked = await sayRaw(port, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk}`)
  trial.check('a chunked body is accepted', chunked.includes(' 200 '), chunked)
  const garbage = await sayRaw(port, 'NONSENSE\r\n\r\n')
  trial.check('nonsense is refused', !garbage.includes(' 200 '), garbage)
  for (let times = 0; times < 20; times += 1)
    await sayRaw(port, `${head}Content-Length: ${body.length + 100}\r\n\r\n${body}`, true)
}

export const g19: PromiseFile<Tools> = {
  id: 'G19',
  promise:
    'A malformed, hostile or huge delivery is refused and harms nothing; what is new in it is ignored',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'Rightly signed: a table of hostile bodies, recorded deliveries changed at random, requests no HTTP client makes, bodies that break off',
    )
    await onStage(tools, { policies: [rejectAll()] }, async (stage) => {
      const { pid } = stage.server
      const wrong: string[] = []
      const bodies = hostileBodies()
      for (const { what, body, statuses } of bodies) {
        const { status, text } = await stage.post(body)
        if (!statuses.includes(status)) wrong.push(`${what}: ${status} ${text.slice(0, 80)}`)
      }
      trial.check('hostile bodies are answered as they should be', wrong.length === 0, wrong)
      await fuzz(stage, trial, size === 'full' ? 20_000 : 600)
      await tryRaw(stage, trial)
      trial.check('the same process still runs', stage.server.isRunning && stage.server.pid === pid)
      const isWell = await until(
        async () => (await stage.post(envelope(connect()))).status === 200,
        3_000,
      )
      trial.check('a call is decided afterwards', isWell)
      const metrics = await stage.metrics()
      trial.same('answers 500', metrics.sum('callgate_webhooks_total', 'status="500"'), 0)
      trial.fault('hostile bodies refused', metrics.sum('callgate_webhooks_total', 'status="4'), 12)
    })
    return trial.verdict()
  },
}
