import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Tables } from '../../server/db/tables.ts'
import type { Bench } from '../gatekeeper/support.ts'
import { connectChange, envelope, startBench, terminateChange } from '../gatekeeper/support.ts'
import { databaseBytes, dayMs, movableClock, read } from './support.ts'

const clock = movableClock()
const from = '12125550177'
let bench: Bench
let before: unknown

beforeAll(async () => {
  bench = await startBench({ overrides: { clock } })
  for (const id of ['wacid.one', 'wacid.two']) {
    await bench.post(envelope(connectChange({ id, from, name: 'Retentia Kowalska' })))
    await bench.post(envelope(terminateChange({ id, from })))
  }
  await bench.settled()
  before = await statistics()
})
afterAll(() => bench.close())

const statistics = async () => (await read(bench, '/api/calls/statistics?period=year')).body['data']
const count = async (table: keyof Tables) => {
  const row = await bench.server.context.db
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirst()
  return Number(row?.count)
}
const agedBy = (days: number) => {
  clock.ahead = days * dayMs
  return bench.server.context.retention.run()
}

describe('retention', () => {
  test('deletes nothing that is young enough', async () => {
    expect(await agedBy(29)).toEqual({})
    expect(await count('deliveries')).toBe(4)
  })

  test('deletes payloads first, then what was read from them', async () => {
    expect(await agedBy(31)).toMatchObject({ deliveries: 4 })
    expect(await agedBy(91)).toMatchObject({ signals: 4 })
    expect(await count('calls')).toBe(2)
  })

  test('empties texts and keeps that there was a message', async () => {
    expect(databaseBytes(bench)).toContain('Please write to us')
    expect(await agedBy(181)).toMatchObject({ told: 2 })
    const { body } = await read(bench, '/api/calls/wacid.one/decision')
    expect(body['actions']).toContainEqual(expect.objectContaining({ type: 'message' }))
    expect(JSON.stringify(body['actions'])).not.toContain('Please write to us')
    expect(await agedBy(181)).toEqual({})
  })

  test('deletes calls in the end, and who called, and the counts stay', async () => {
    expect(await agedBy(364)).toEqual({})
    await bench.api('/api/settings/retention', {
      method: 'PUT',
      body: JSON.stringify({ calls: 300 }),
    })
    expect(await agedBy(363)).toMatchObject({ calls: 2, people: 1 })
    expect([await count('calls'), await count('decisions'), await count('leads')]).toEqual([
      0, 0, 0,
    ])
    clock.ahead = 0
    expect(await statistics()).toEqual(before)
  })

  test('leaves nothing of it in the file and its log', () => {
    const bytes = databaseBytes(bench)
    for (const trace of [from, 'Retentia', 'wacid.one'])
      expect(bytes.includes(trace), trace).toBe(false)
  })
})

test('the parts of a run take a few milliseconds each, and calls are answered meanwhile', async () => {
  const { writer, db } = bench.server.context
  const at = '2020-01-01T00:00:00.000Z'
  const rows = 3000
  for (let start = 0; start < rows; start += 500)
    await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        writer.run('commitNote', {
          signal: {
            kind: 'line_changed',
            channel: 'whatsapp',
            key: `old:${start + index}`,
            line: 'line',
            event: 'x'.repeat(200),
            details: {},
          },
          arrivedAt: at,
          delivery: { id: 1e9 + start + index, channel: 'whatsapp', body: 'y'.repeat(3000) },
          team: null,
        }),
      ),
    )
  const swept = bench.server.context.retention.run()
  const waits: number[] = []
  while (
    (await db.selectFrom('signals').select('id').where('key', 'like', 'old:%').limit(1).execute())
      .length > 0
  ) {
    const start = performance.now()
    const response = await bench.post(envelope(connectChange({ from: '12125550178' })))
    expect(response.status).toBe(200)
    waits.push(performance.now() - start)
  }
  expect(await swept).toMatchObject({ deliveries: rows, signals: rows })
  waits.sort((a, b) => a - b)
  expect(waits.length).toBeGreaterThan(5)
  expect(waits[Math.floor(waits.length / 2)]).toBeLessThan(150)
})
