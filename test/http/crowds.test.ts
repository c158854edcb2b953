import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { GatekeeperError } from '../../server/errors.ts'
import { Crowds } from '../../server/http/crowds.ts'
import type { AppEnv } from '../../server/http/env.ts'
import { handleError } from '../../server/http/errors.ts'
import { createLogger } from '../../server/logger.ts'

it('tells the first at once, and once a second how many came after it', () => {
  let now = 5
  const crowds = new Crowds(() => now)
  expect([crowds.tell('a'), crowds.tell('a'), crowds.tell('b'), crowds.tell('a')]).toEqual([0, undefined, 0, undefined]) // prettier-ignore
  now += 999
  expect(crowds.tell('a')).toBeUndefined()
  now += 1
  expect([crowds.tell('a'), crowds.tell('a'), crowds.tell('b')]).toEqual([3, undefined, 0])
})

it('logs refusals of a storm once, and every other failure', async () => {
  const lines: string[] = []
  const app = new Hono<AppEnv>()
  app.onError(handleError(createLogger('warn', { write: (line: string) => void lines.push(line) })))
  app.get('/busy', () => {
    throw new GatekeeperError('storage_unavailable', 'locked')
  })
  app.get('/broken', () => {
    throw new GatekeeperError('internal', 'broken')
  })
  for (let times = 0; times < 20; times += 1) {
    expect((await app.request('/busy')).status).toBe(503)
    expect((await app.request('/broken')).status).toBe(500)
  }
  const codes = lines.map((line) => (JSON.parse(line) as { code: string }).code)
  expect(codes.filter((code) => code === 'internal')).toHaveLength(20)
  const busy = codes.filter((code) => code === 'storage_unavailable').length
  expect(busy).toBeGreaterThan(0)
  expect(busy).toBeLessThan(5)
})
