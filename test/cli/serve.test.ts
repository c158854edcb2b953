import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Place } from './support.ts'
import { ended, place, said } from './support.ts'

let here: Place
beforeEach(() => {
  here = place()
})
afterEach(() => here.remove())

describe('callgate serve', () => {
  it('answers, and ends with 0 when told to', async () => {
    const server = here.start(['serve'], { PORT: '0', DATABASE_URL: ':memory:' })
    try {
      const text = await said(server, /listening/)
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? ''
      expect((await fetch(`${url}/healthz`)).status).toBe(200)
    } finally {
      server.kill('SIGTERM')
    }
    expect(await ended(server)).toBe(0)
  })

  it('ends with 0 when told to before it listens', async () => {
    const server = here.start(['serve'], { PORT: '0', DATABASE_URL: ':memory:' })
    await said(server, /release is live/)
    server.kill('SIGTERM')
    expect(await ended(server)).toBe(0)
  })

  it('says in one line that the port is taken, and leaves 1', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    const { code, stderr } = await here.run(['serve'], {
      PORT: String(port),
      DATABASE_URL: ':memory:',
    })
    other.close()
    expect(code).toBe(1)
    expect(stderr).toBe(
      `callgate: 127.0.0.1:${port} is already in use; set PORT to another port.\n`,
    )
  })

  it('says in one line that the database is none, and leaves 1', async () => {
    here.write('not.db', 'this is no database, '.repeat(100))
    const { code, stderr } = await here.run(['serve'], { PORT: '0', DATABASE_URL: 'not.db' })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^callgate: The server could not start: .+\n$/)
  })

  it('leaves 2 for a wrong variable', async () => {
    const { code, stderr } = await here.run(['serve'], { REPORT_ZONE: 'Mars/Olympus' })
    expect(code).toBe(2)
    expect(stderr).toBe('callgate: REPORT_ZONE: expected a time zone such as Europe/Paris\n')
  })
})
