import { serve } from '@hono/node-server'
import type { ServerType } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccess } from '../../server/access/access.ts'
import { createApp } from '../../server/app.ts'
import { systemClock } from '../../server/clock.ts'
import { GatekeeperError } from '../../server/errors.ts'
import { createMetrics } from '../../server/metrics.ts'
import type { Home, Server, Storage } from './support.ts'
import {
  call,
  makeHome,
  openStorage,
  policy,
  putFile,
  removeHome,
  startServer,
  token,
} from './support.ts'

let home: Home
let storage: Storage
let server: Server
let socket: ServerType
let origin = ''

beforeAll(async () => {
  home = makeHome()
  putFile(home, 'main', policy('main'))
  storage = await openStorage(home.database)
  server = await startServer(home, storage)
  server.app.get('/api/fails/internal', () => {
    throw new Error('secret +4915112345678')
  })
  server.app.get('/api/fails/on-purpose', () => {
    throw new GatekeeperError('conflict', 'taken', { details: { by: 'Ana' } })
  })
  await new Promise<void>((resolve) => {
    socket = serve({ fetch: server.app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      origin = `http://127.0.0.1:${port}`
      resolve()
    })
  })
})
afterAll(async () => {
  await new Promise((resolve) => socket.close(resolve))
  await server.stop()
  await storage.close()
  removeHome(home)
})

describe('credentials', () => {
  it('are needed for every route of the description but the open ones', async () => {
    const { body } = await call(server, '/api/openapi.json', { bearer: null })
    const paths = Object.entries(body['paths'] as Record<string, object>)
    expect(paths.length).toBeGreaterThan(8)
    for (const [path, item] of paths.filter(([one]) => one.startsWith('/api/')))
      for (const method of Object.keys(item)) {
        const answer = await call(server, path.replaceAll(/\{\w+\}/g, 'main'), {
          method: method.toUpperCase(),
          bearer: null,
        })
        expect([method, path, answer.status]).toEqual([method, path, 401])
      }
  })

  it.each([
    ['none', {}],
    ['a wrong one', { authorization: 'Bearer wrong' }],
    ['an empty one', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: `Basic ${btoa(`admin:${token}`)}` }],
    ['one with more', { authorization: `Bearer ${token}x` }],
    ['two', { authorization: `Bearer ${token}, Bearer ${token}` }],
    ['one in the query', { 'x-token': token }],
  ])('refuse %s', async (_what, headers) => {
    const answer = await call(server, `/api/policies?token=${token}`, { bearer: null, headers })
    expect([answer.status, answer.body.error?.code]).toEqual([401, 'unauthorized'])
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  })

  it.each(['/api', '/api/nothing', '/api//policies', '/api/%70olicies', '/api/docs/../policies'])(
    'come before anything else: %s',
    async (path) => {
      const answer = await call(server, path, { bearer: null, method: 'POST', body: 'x' })
      expect(answer.status).toBe(401)
    },
  )

  it('find nothing at an address that does not exist', async () => {
    const answer = await call(server, '/api/nothing')
    expect([answer.status, answer.body.error?.code]).toEqual([404, 'not_found'])
    expect((await call(server, '/elsewhere', { bearer: null })).status).toBe(404)
  })

  it('answer nobody when no credential exists', async () => {
    const { app: closed } = createApp({
      access: createAccess({ ...server, clock: systemClock, adminToken: undefined }),
      guards: server.guards,
      publicUrl: undefined,
      checks: {},
      metrics: createMetrics(),
      refreshMetrics: async () => undefined,
      log: server.log,
      live: server.live,
      releases: server.releases,
    })
    const response = await closed.request('/api/policies', {
      headers: { authorization: 'Bearer undefined' },
    })
    expect(response.status).toBe(401)
    expect(await response.text()).toContain('unauthorized')
  })

  it('are forgiven in their spelling', async () => {
    const headers = { authorization: `bearer  ${token} ` }
    expect((await call(server, '/api/policies', { bearer: null, headers })).status).toBe(200)
  })
})

describe('bodies', () => {
  const publish = (body: string, headers: Record<string, string>) =>
    server.app.request('/api/policies/main/publish', {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${token}`, ...headers },
    })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'text/json'])(
    'are JSON, not %s',
    async (type) => {
      const response = await publish('{"comment":"x"}', { 'content-type': type })
      expect(response.status).toBe(415)
    },
  )

  it('may have a charset', async () => {
    const response = await publish('{}', { 'content-type': 'application/json; charset=utf-8' })
    expect(response.status).toBe(400)
  })

  it('that are no JSON are refused', async () => {
    const response = await publish('{"comment":', { 'content-type': 'application/json' })
    expect(await response.json()).toMatchObject({ error: { code: 'bad_request' } })
  })
})

describe('errors', () => {
  it('tell what was meant to be told, and the request', async () => {
    const { status, body } = await call(server, '/api/fails/on-purpose', {
      headers: { 'x-request-id': 'my-request-1' },
    })
    expect(status).toBe(409)
    expect(body).toEqual({
      error: {
        code: 'conflict',
        message: 'taken',
        details: { by: 'Ana' },
        requestId: 'my-request-1',
      },
    })
  })

  it('tell nothing of what was not meant', async () => {
    const { status, body, headers } = await call(server, '/api/fails/internal')
    expect([status, body.error?.code]).toEqual([500, 'internal'])
    expect(JSON.stringify(body)).not.toMatch(/secret|4915|stack|\.ts/)
    expect(body).toMatchObject({ error: { requestId: headers.get('x-request-id') } })
  })

  it('of a method name those that exist', async () => {
    const { status, headers } = await call(server, '/api/policies', { method: 'PATCH' })
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  it('do not repeat a request id that could do harm', async () => {
    const { headers } = await call(server, '/api/nothing', {
      headers: { 'x-request-id': '<script>' },
    })
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('headers', () => {
  it.each(['/healthz', '/api/docs', '/api/policies', '/api/nothing', '/elsewhere'])(
    'of %s protect',
    async (path) => {
      const { headers } = await call(server, path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('x-request-id')).toBeTruthy()
      expect(headers.get('access-control-allow-origin')).toBeNull()
    },
  )
})

describe('health', () => {
  it('is told to everybody', async () => {
    expect((await call(server, '/healthz', { bearer: null })).body).toEqual({ status: 'ok' })
    expect((await call(server, '/readyz', { bearer: null })).body).toEqual({
      status: 'ready',
      missing: [],
    })
  })

  it('names what is missing', async () => {
    const { app } = createApp({
      access: createAccess({ ...server, clock: systemClock, adminToken: token }),
      guards: server.guards,
      publicUrl: undefined,
      checks: {
        database: () => Promise.reject(new Error('gone')),
        policies: () => true,
        listening: () => false,
      },
      metrics: createMetrics(),
      refreshMetrics: async () => undefined,
      log: server.log,
      live: server.live,
      releases: server.releases,
    })
    const response = await app.request('/readyz')
    expect(response.status).toBe(503)
    expect(await response.json()).toEqual({
      status: 'not_ready',
      missing: ['database', 'listening'],
    })
  })

  it('shows metrics to this machine, and to others with the token', async () => {
    const own = await fetch(`${origin}/metrics`)
    expect([own.status, await own.text()]).toEqual([200, expect.stringContaining('callgate_')])
    const headers = { 'x-forwarded-for': '203.0.113.9' }
    expect((await fetch(`${origin}/metrics`, { headers })).status).toBe(401)
    expect((await call(server, '/metrics', { bearer: null })).status).toBe(401)
    expect((await call(server, '/metrics')).status).toBe(200)
  })
})

describe('the description', () => {
  it('is OpenAPI 3.1 with absolute paths, unique names, and a known scheme', async () => {
    const { body } = await call(server, '/api/openapi.json', { bearer: null })
    expect(body).toMatchObject({
      openapi: '3.1.0',
      security: [{ bearer: [] }, { session: [] }],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    })
    const paths = body['paths'] as Record<string, Record<string, { operationId: string }>>
    const operations = Object.values(paths).flatMap((item) => Object.values(item))
    const ids = operations.map(({ operationId }) => operationId)
    expect(ids.every(Boolean)).toBe(true)
    expect(new Set(ids).size).toBe(ids.length)
    expect(Object.keys(paths)).toContain('/api/policies/{id}/publish')
  })

  it('has no reference that leads nowhere', async () => {
    const { body } = await call(server, '/api/openapi.json', { bearer: null })
    const text = JSON.stringify(body)
    const refs = new Set([...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1] ?? ''))
    expect(refs.size).toBeGreaterThan(3)
    for (const ref of refs) {
      const found = ref
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], body)
      expect([ref, typeof found]).toEqual([ref, 'object'])
    }
  })

  it('is a page of its own that loads nothing and needs no script', async () => {
    const { status, headers, body } = await call(server, '/api/docs', { bearer: null })
    const text = String(body['text'])
    expect([status, headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ])
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'; style-src 'sha256-/)
    expect(text).toContain('/api/policies/{id}/publish')
    expect(text).not.toMatch(/<script|src=|<link|@import|url\(/i)
  })
})

// last, because the server closes the connections of bodies it does not read
describe('bodies', () => {
  it('over a megabyte are refused, also when their length is not told', async () => {
    const big = JSON.stringify({ comment: 'x'.repeat(1024 * 1024) })
    const told = await fetch(`${origin}/api/policies/main/publish`, {
      method: 'POST',
      body: big,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    })
    expect(told.status).toBe(413)
    const streamed = await fetch(`${origin}/api/policies/main/draft`, {
      method: 'PUT',
      body: new Blob([big]).stream(),
      // fetch wants this said for a stream, and its types do not know it
      ...({ duplex: 'half' } as object),
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'if-match': '1',
      },
    })
    expect(streamed.status).toBe(413)
  })
})
