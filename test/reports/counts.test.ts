import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readXlsx } from 'hucre/xlsx'
import { ask, bearer, callOn, newToken, southLine, startTeams } from '../access/support.ts'
import type { Bench } from '../gatekeeper/support.ts'
import { line } from '../gatekeeper/support.ts'
import { reportNames } from '../../server/schema/reports.ts'

const patience = 120_000
let bench: Bench
let north = ''
let viewer = ''

beforeAll(async () => {
  bench = await startTeams()
  for (const [to, from] of [
    [line, '12125550101'],
    [line, '12125550101'],
    [line, '447400123456'],
    [southLine, '491701000001'],
  ] as const)
    await callOn(bench, to, from)
  await bench.server.context.dispatcher.idle()
  north = (await newToken(bench, { role: 'analyst', teams: ['north'] })).secret
  viewer = (await newToken(bench, { role: 'viewer' })).secret
}, patience)
afterAll(() => bench.close())

interface Figures {
  readonly pending: number
  readonly now: {
    readonly calls: number
    readonly leads: number
    readonly nodes: { policy: string }[]
  }
}
interface Log {
  readonly data: {
    readonly ref: string
    readonly from_number: string | null
    readonly line: string
  }[]
  readonly pagination: { readonly total: number }
}

const get = async <T>(path: string, secret?: string): Promise<T> => {
  const response = secret
    ? await ask(bench, path, { headers: bearer(secret) })
    : await bench.api(path)
  expect(response.status, path).toBe(200)
  return (await response.json()) as T // as the route answers
}
const total = async (query: string): Promise<number> =>
  (await get<Log>(`/api/calls?${query}`)).pagination.total

describe('reports', () => {
  test(
    'count calls as soon as they were answered',
    async () => {
      const { pending, now } = await get<Figures>('/api/reports/overview')
      expect([pending, now.calls, now.leads]).toEqual([0, 4, 3])
    },
    patience,
  )

  test.each(reportNames)(
    '%s comes as a table too',
    async (name) => {
      const csv = await bench.api(`/api/reports/${name}?format=csv`)
      expect(csv.headers.get('content-type')).toContain('text/csv')
      const [head = '', ...rows] = (await csv.text()).trim().split('\r\n')
      const xlsx = await bench.api(`/api/reports/${name}?format=xlsx`)
      const book = await readXlsx(new Uint8Array(await xlsx.arrayBuffer()))
      const sheet = book.sheets[0]?.rows ?? []
      expect(sheet[0]?.join(',')).toBe(head)
      expect(sheet.length).toBe(rows.length + 1)
    },
    patience,
  )

  test(
    'tell somebody of one team of its lines only',
    async () => {
      const own = await get<Figures>('/api/reports/regret', north)
      expect(own.now.nodes.map(({ policy }) => policy)).toEqual(['north'])
      expect((await get<Figures>('/api/reports/overview', north)).now.calls).toBe(3)
      expect((await get<Figures>('/api/reports/overview?team=south', north)).now.calls).toBe(0)
      expect((await get<Figures>('/api/reports/overview?team=south')).now.calls).toBe(1)
      const choices = await get<{ lines: { id: string }[]; teams: string[] }>(
        '/api/reports/choices',
        north,
      )
      expect(choices.lines.map(({ id }) => id)).toEqual([line])
      expect(choices.teams).toEqual(['north'])
    },
    patience,
  )

  test('refuse days that are no period', async () => {
    const response = await bench.api('/api/reports/missed?from_date=2026-02-02&to_date=2026-02-01')
    expect(response.status).toBe(400)
  })
})

describe('the call log', () => {
  test.each([
    ['dates=call&direction=inbound', 4],
    ['standing=missed&reason=rule', 4],
    ['reason=closed', 0],
    ['lead=opened', 3],
    ['lead=again', 1],
    ['lead=open&policy=south&node=no', 1],
    ['told=any&policy=north', 3],
    ['final_outcome=reject&outcome=reject', 4],
    ['country=GB', 1],
    ['team=south', 1],
    ['team=nobody', 0],
    ['search=7400123456', 1],
    ['search=Dana&lead=opened', 3],
  ])(
    'finds what %s means',
    async (query, count) => {
      expect(await total(query)).toBe(count)
    },
    patience,
  )

  test(
    'gives the same calls by pages from either end',
    async () => {
      const all = await get<Log>('/api/calls?per_page=4')
      const pages = [1, 2, 3, 4].map((page) => get<Log>(`/api/calls?per_page=1&page=${page}`))
      const refs = (await Promise.all(pages)).flatMap(({ data }) => data.map(({ ref }) => ref))
      expect(refs).toEqual(all.data.map(({ ref }) => ref))
    },
    patience,
  )

  test(
    'lets nobody search for numbers who may not see them',
    async () => {
      const found = await get<Log>('/api/calls?search=7700900001', viewer)
      expect(found.pagination.total).toBe(0)
      const [{ ref } = { ref: '' }] = (await get<Log>('/api/calls')).data
      const own = await get<Log>(`/api/calls?search=${ref}`, viewer)
      expect(own.pagination.total).toBe(1)
    },
    patience,
  )

  test(
    'is exported whole, masked by role, and tells how far it is',
    async () => {
      const path = '/api/calls/export?export=an-export-of-mine&team=north'
      const response = await ask(bench, path, { headers: bearer(viewer) })
      expect(response.headers.get('x-total-count')).toBe('3')
      const text = await response.text()
      expect(text.trim().split('\r\n')).toHaveLength(4)
      expect(text).not.toContain('12125550101')
      const progress = await get('/api/exports/an-export-of-mine', viewer)
      expect(progress).toEqual({ done: 3, total: 3, isOver: true })
      const other = await ask(bench, '/api/exports/an-export-of-mine', { headers: bearer(north) })
      expect(other.status).toBe(404)
    },
    patience,
  )

  test(
    'is exported as a workbook with the same rows',
    async () => {
      const response = await bench.api('/api/calls/export?format=xlsx&lead=opened')
      const book = await readXlsx(new Uint8Array(await response.arrayBuffer()))
      expect(book.sheets[0]?.rows).toHaveLength(4)
    },
    patience,
  )

  test(
    'tells what happened to a call, in order',
    async () => {
      const [{ ref } = { ref: '' }] = (await get<Log>('/api/calls')).data
      const { data } = await get<{ data: { at: string; kind: string; what: string }[] }>(
        `/api/calls/${ref}/timeline`,
      )
      const told = data.map(({ kind, what }) => `${kind} ${what}`)
      expect(told).toEqual(expect.arrayContaining(['signal call_offered', 'decision reject', 'action reject', 'answer reject'])) // prettier-ignore
      expect(data.map(({ at }) => at)).toEqual(data.map(({ at }) => at).sort())
    },
    patience,
  )
})
