import { getEventListeners } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { openHttp } from '../../server/channels/http-pool.ts'
import { startDeadline } from '../../server/deadline.ts'
import { createOutgoing } from '../../server/facts/outgoing.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes in use when garbage is gone. */
function inUse(): number {
  collect()
  collect()
  return process.memoryUsage().heapUsed
}

describe('a deadline', () => {
  it('ends when its time is over', async () => {
    const deadline = startDeadline(20)
    expect([deadline.signal.aborted, deadline.isOver]).toEqual([false, false])
    await delay(60)
    expect([deadline.signal.aborted, deadline.isOver]).toEqual([true, true])
    expect(deadline.signal.reason).toMatchObject({ name: 'TimeoutError' })
  })

  it('ends with the other signal, and is not over then', () => {
    const outer = new AbortController()
    const deadline = startDeadline(10_000, outer.signal)
    outer.abort(new Error('closing'))
    expect([deadline.signal.aborted, deadline.isOver]).toEqual([true, false])
    expect(deadline.signal.reason).toMatchObject({ message: 'closing' })
    deadline.clear()
  })

  it('has ended where the other signal had', () => {
    const deadline = startDeadline(10_000, AbortSignal.abort())
    expect([deadline.signal.aborted, deadline.isOver]).toEqual([true, false])
    deadline.clear()
  })

  it('that is cleared never ends', async () => {
    const outer = new AbortController()
    const deadline = startDeadline(10, outer.signal)
    deadline.clear()
    await delay(40)
    outer.abort()
    expect([deadline.signal.aborted, deadline.isOver]).toEqual([false, false])
  })

  it.each([Infinity, 2 ** 40])('of %d ms does not end at once', async (ms) => {
    const deadline = startDeadline(ms)
    await delay(10)
    expect(deadline.signal.aborted).toBe(false)
    deadline.clear()
  })

  it('may be one of many at once', async () => {
    const warnings: Error[] = []
    const note = (warning: Error) => void warnings.push(warning)
    process.on('warning', note)
    const outer = new AbortController()
    const some = Array.from({ length: 200 }, () => startDeadline(60_000, outer.signal))
    await delay(20)
    outer.abort()
    process.off('warning', note)
    expect(some.every(({ signal }) => signal.aborted)).toBe(true)
    expect(warnings).toEqual([])
    for (const deadline of some) deadline.clear()
  })

  it('leaves nothing on a signal that lives as long as the process', () => {
    const outer = new AbortController()
    const some = (count: number): void => {
      for (let index = 0; index < count; index += 1) startDeadline(60_000, outer.signal).clear()
    }
    some(1_000)
    const before = inUse()
    some(20_000)
    expect((inUse() - before) / 20_000).toBeLessThan(20)
    expect(getEventListeners(outer.signal, 'abort')).toEqual([])
  })
})

describe('a request', () => {
  it('leaves nothing on the signal of whoever sends, answered or not', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/hangs') return
      response.writeHead(request.url === '/refuses' ? 500 : 200).end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const outer = new AbortController()
    const { signal } = outer
    const pool = openHttp(5_000)
    const guarded = createOutgoing({ allow: ['127.0.0.1'] })
    for (const path of ['/', '/refuses', '/hangs']) {
      const request = { url: url + path, timeoutMs: 200, signal }
      await pool.send({ ...request, method: 'GET', headers: {} })
      await guarded.request({ ...request, maxBytes: 100 }).catch(() => undefined)
      expect(getEventListeners(signal, 'abort'), path).toEqual([])
      // what AbortSignal.any keeps, it keeps under a symbol
      expect(Object.getOwnPropertySymbols(signal).map(String), path).not.toContain(
        'Symbol(kDependantSignals)',
      )
    }
    await Promise.all([pool.close(), guarded.close()])
    server.closeAllConnections()
    server.close()
  })
})
