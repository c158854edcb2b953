import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Bench } from '../gatekeeper/support.ts'
import { startBench } from '../gatekeeper/support.ts'
import { join, password } from './support.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench.close())

/** Signs in from one of the addresses of this machine. @returns the status */
const enterFrom = (localAddress: string, username: string, given: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const asked = request(
      `${bench.server.url}/api/auth/sign-in`,
      { method: 'POST', localAddress, headers },
      (response) => {
        response.resume()
        response.once('end', () => resolve(response.statusCode ?? 0))
      },
    )
    asked.once('error', reject)
    asked.end(JSON.stringify({ username, password: given }))
  })

test('of a hundred guesses at once at most five are looked at', async () => {
  await join(bench, { username: 'stormed', role: 'viewer' })
  const statuses = await Promise.all(
    Array.from({ length: 100 }, (_, n) => enterFrom('127.0.0.2', 'stormed', `guess ${n}`)),
  )
  expect(statuses.filter((status) => status === 401)).toHaveLength(5)
  expect(statuses.filter((status) => status === 429)).toHaveLength(95)
  expect(await enterFrom('127.0.0.2', 'stormed', password)).toBe(429)
})

test('guesses that were refused keep nobody else out', async () => {
  await join(bench, { username: 'beside', role: 'viewer' })
  expect(await enterFrom('127.0.0.2', 'beside', password)).toBe(200)
  expect(await enterFrom('127.0.0.3', 'stormed', password)).toBe(200)
})
