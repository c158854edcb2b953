import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Home, Server, Storage } from './support.ts'
import {
  call,
  makeHome,
  openStorage,
  policy,
  publish,
  put,
  putFile,
  readJsonFile,
  removeHome,
  startServer,
} from './support.ts'

const first = makeHome()
let storage: Storage
let home: Home
let server: Server

beforeAll(async () => {
  storage = await openStorage(first.database)
})
afterAll(async () => {
  await storage.close()
  removeHome(first)
})
beforeEach(async () => {
  await storage.wipe()
  home = makeHome()
  putFile(home, 'main', policy('main', { numbers: ['*'] }))
  server = await startServer(home, storage)
})
afterEach(async () => {
  await server.stop()
  removeHome(home)
})

const get = (id = 'main') => call(server, `/api/policies/${id}`)
const revisionOf = async (id = 'main') => {
  const { body } = await get(id)
  return (body['draft'] as { revision: number }).revision
}

describe('reading', () => {
  it('shows what is live and a draft equal to it', async () => {
    const { status, body, headers } = await get()
    expect(status).toBe(200)
    expect(body).toMatchObject({
      live: { release: expect.stringMatching(/^1-[0-9a-f]{12}$/), source: 'file' },
      draft: { revision: 1, edited: false, outdated: false, problems: [] },
      fileDiffers: false,
    })
    const { live, draft } = body as { live: { document: object }; draft: { document: object } }
    expect(draft.document).toEqual(live.document)
    expect(headers.get('etag')).toBe('"1"')
  })

  it('lists policies, also one that was never valid', async () => {
    putFile(home, 'broken', '{ "schema": 1,')
    await server.stop()
    server = await startServer(home, storage)
    const { body } = await call(server, '/api/policies')
    expect(body['data']).toMatchObject([
      {
        id: 'broken',
        live: null,
        fileDiffers: true,
        problems: [{ code: 'invalid_json', file: 'broken.json', line: 1 }],
      },
      { id: 'main', live: { release: expect.any(String) }, problems: [], fileDiffers: false },
    ])
  })

  it('knows no policy that is not there', async () => {
    expect((await get('nobody')).body.error?.code).toBe('not_found')
    expect((await get('..%2f..%2fetc')).status).toBe(400)
  })

  it('gives each release with its document', async () => {
    await put(server, 'main', policy('main', { numbers: ['*'] }, 'Second.'), 1)
    await publish(server, 'main', { comment: 'second' })
    const { body } = await call(server, '/api/policies/main/releases')
    expect(body['data']).toMatchObject([
      { seq: 2, comment: 'second', source: 'api', author: 'admin', live: true },
      { seq: 1, source: 'file', author: 'file', live: false },
    ])
    const [, first] = body['data'] as { release: string }[]
    const one = await call(server, `/api/policies/main/releases/${first?.release}`)
    expect(one.body).toMatchObject({ seq: 1, document: { id: 'main' } })
    expect((await call(server, '/api/policies/main/releases/9-000000000000')).status).toBe(404)
  })
})

describe('drafts', () => {
  it.each(['1', '"1"', 'W/"1"'])('takes If-Match %s', async (revision) => {
    const saved = await put(server, 'main', policy('main', { name: 'New' }), revision)
    expect(saved.status).toBe(200)
    expect(saved.body).toMatchObject({ revision: 2, edited: true, document: { name: 'New' } })
  })

  it('refuses a stale and a missing revision', async () => {
    await put(server, 'main', policy('main'), 1)
    const stale = await put(server, 'main', policy('main'), 1)
    expect([stale.status, stale.body.error]).toMatchObject([
      412,
      { code: 'precondition_failed', details: { revision: 2 } },
    ])
    const missing = await call(server, '/api/policies/main/draft', {
      method: 'PUT',
      body: policy('main'),
    })
    expect([missing.status, missing.body.error?.code]).toEqual([428, 'precondition_required'])
    expect((await put(server, 'main', policy('main'), 'nonsense')).status).toBe(412)
  })

  it('keeps a draft that has errors, and says which', async () => {
    const saved = await put(server, 'main', policy('main', { start: 'nowhere' }), 1)
    expect(saved.body['problems']).toMatchObject([{ severity: 'error' }])
    const again = await get()
    expect(again.body['draft']).toMatchObject({ document: { start: 'nowhere' } })
    expect(again.body['live']).toMatchObject({ document: { start: 'bye' } })
  })

  it.each([
    ['no JSON', '{"schema":'],
    ['a list', '[]'],
    ['a name twice', '{"id":"main","id":"other"}'],
    ['a reserved name', '{"__proto__":{"polluted":true}}'],
    ['nothing', ''],
  ])('refuses %s', async (_what, body) => {
    const answer = await put(server, 'main', body, 1)
    expect([answer.status, answer.body.error?.code]).toEqual([400, 'bad_request'])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('refuses a document of another policy when it is published', async () => {
    await put(server, 'main', policy('other'), 1)
    const answer = await publish(server, 'main')
    expect(answer.status).toBe(422)
    expect(JSON.stringify(answer.body)).toContain('id_mismatch')
  })

  it.each(['0', '*'])('creates a policy by If-Match %s', async (revision) => {
    const created = await put(server, 'second', policy('second'), revision)
    expect(created.body).toMatchObject({ revision: 1, basedOn: null, edited: true })
    expect((await get('second')).body).toMatchObject({ live: null })
    expect((await publish(server, 'second')).status).toBe(200)
    expect(server.releases.forLine('second')?.policyId).toBe('second')
    expect(readJsonFile(home, 'second')).toEqual(policy('second'))
  })

  it('goes back to live when it is discarded', async () => {
    await put(server, 'main', policy('main', { name: 'New' }), 1)
    const discarded = await call(server, '/api/policies/main/draft', {
      method: 'DELETE',
      headers: { 'if-match': '2' },
    })
    expect(discarded.body).toMatchObject({ edited: false, document: { name: 'Policy main' } })
  })

  it('takes a draft over to the live release', async () => {
    await put(server, 'main', policy('main', { numbers: ['*'] }, 'Mine.'), 1)
    const live = (await get()).body['live'] as { release: string }
    const wrong = await call(server, '/api/policies/main/draft?basedOn=7-000000000000', {
      method: 'PUT',
      body: policy('main'),
      headers: { 'if-match': '2' },
    })
    expect(wrong.body.error?.code).toBe('outdated')
    const right = await call(server, `/api/policies/main/draft?basedOn=${live.release}`, {
      method: 'PUT',
      body: policy('main'),
      headers: { 'if-match': '2' },
    })
    expect(right.body).toMatchObject({ basedOn: live.release, outdated: false })
  })
})

describe('publishing', () => {
  it('is what the next call uses once it has answered', async () => {
    for (let version = 2; version < 8; version++) {
      const revision = await revisionOf()
      await put(server, 'main', policy('main', { numbers: ['*'] }, `Version ${version}`), revision)
      const answer = await publish(server, 'main')
      expect(answer.status).toBe(200)
      const live = server.releases.forLine('anything')
      expect(live?.release).toBe(answer.body['release'])
      expect(live?.policy.nodes['bye']).toMatchObject({ message: { text: `Version ${version}` } })
    }
  })

  it('writes the file in a stable order, and does not import it again', async () => {
    const { start, fallback, ...rest } = policy('main', { numbers: ['*'] }, 'Second.')
    await put(server, 'main', { start, fallback, ...rest, description: 'x' }, 1)
    await publish(server, 'main')
    expect(Object.keys(readJsonFile(home, 'main') as object)).toEqual([
      'schema',
      'id',
      'name',
      'description',
      'numbers',
      'start',
      'fallback',
      'nodes',
    ])
    await new Promise((resolve) => setTimeout(resolve, 400))
    const { body } = await call(server, '/api/policies/main/releases')
    expect(body['data']).toHaveLength(2)
  })

  it('needs a comment, and takes nothing else', async () => {
    for (const body of [{}, { comment: ' ' }, { comment: 'x', more: 1 }, 'nonsense'])
      expect((await publish(server, 'main', body)).status).toBe(400)
  })

  it('refuses a draft with errors, with the problems', async () => {
    await put(server, 'main', policy('main', { start: 'nowhere' }), 1)
    const answer = await publish(server, 'main')
    expect([answer.status, answer.body.error?.code]).toEqual([422, 'invalid_policy'])
    expect(answer.body.error?.details).toMatchObject({ problems: [{ severity: 'error' }] })
    expect(server.releases.forLine('x')?.release).toMatch(/^1-/)
  })

  it('refuses an outdated draft unless forced', async () => {
    await put(server, 'main', policy('main', { numbers: ['*'] }, 'Mine.'), 1)
    const { release } = (await get()).body['live'] as { release: string }
    await call(server, '/api/policies/main/rollback', { body: { release } })
    const refused = await publish(server, 'main')
    expect([refused.status, refused.body.error]).toMatchObject([
      409,
      { code: 'outdated', details: { basedOn: release } },
    ])
    const forced = await publish(server, 'main', { comment: 'mine', force: true })
    expect(forced.body).toMatchObject({ draft: { edited: false }, live: { comment: 'mine' } })
  })

  it('takes If-Match when it is given', async () => {
    await put(server, 'main', policy('main', { numbers: ['*'] }, 'Mine.'), 1)
    const stale = await call(server, '/api/policies/main/publish', {
      body: { comment: 'x' },
      headers: { 'if-match': '1' },
    })
    expect(stale.status).toBe(412)
  })

  it('refuses a number that another live policy answers', async () => {
    await put(server, 'second', policy('second', { numbers: ['*'] }), 0)
    const answer = await publish(server, 'second')
    expect(answer.status).toBe(422)
    expect(JSON.stringify(answer.body)).toContain('number_claimed')
  })

  it('prefers an exact number to *', async () => {
    await put(server, 'second', policy('second', { numbers: ['12345'] }), 0)
    await publish(server, 'second')
    expect(server.releases.forLine('12345')?.policyId).toBe('second')
    expect(server.releases.forLine('99999')?.policyId).toBe('main')
  })

  it('rolls back to a new release with the old content', async () => {
    const before = (await get()).body['live'] as { release: string; hash: string }
    await put(server, 'main', policy('main', { numbers: ['*'] }, 'Second.'), 1)
    await publish(server, 'main')
    const answer = await call(server, '/api/policies/main/rollback', {
      body: { release: before.release },
    })
    expect(answer.body).toMatchObject({
      release: `3-${before.hash.slice(0, 12)}`,
      live: { source: 'rollback' },
    })
    expect(readJsonFile(home, 'main')).toEqual(policy('main', { numbers: ['*'] }))
    const unknown = await call(server, '/api/policies/main/rollback', { body: { release: '9-0' } })
    expect(unknown.status).toBe(404)
  })

  it('keeps two publishes at once apart', async () => {
    await put(server, 'main', policy('main', { numbers: ['*'] }, 'Second.'), 1)
    const answers = await Promise.all([1, 2, 3, 4].map(() => publish(server, 'main')))
    const releases = answers.map(({ body }) => body['release'])
    expect(new Set(releases).size).toBe(4)
    expect(server.releases.forLine('x')?.release).toBe(releases.at(-1))
  })
})

describe('checking and trying', () => {
  it('checks the draft, a document, and a document within an object', async () => {
    const check = (body?: unknown) =>
      call(server, '/api/policies/main/validate', { method: 'POST', body })
    const wrong = policy('main', { start: 'nowhere' })
    expect((await check()).body).toEqual({ valid: true, problems: [] })
    expect((await check(wrong)).body).toMatchObject({ valid: false })
    expect((await check({ document: wrong })).body).toMatchObject({ valid: false })
    expect((await get()).body['draft']).toMatchObject({ revision: 1 })
  })

  const gate = policy('main', {
    start: 'vip',
    nodes: {
      vip: { kind: 'vip', minPriority: 80, exits: { yes: 'hello', no: 'bye', unknown: 'bye' } },
      hello: { kind: 'reject', message: { text: 'Hello {{caller.name | default: "you"}}.' } },
      bye: { kind: 'reject', message: { text: 'Bye.' } },
    },
  })
  const simulate = (body: unknown) => call(server, '/api/policies/main/simulate', { body })

  it('tries the draft on facts', async () => {
    await put(server, 'main', gate, 1)
    const { status, body } = await simulate({ facts: { 'caller.priority': 90 } })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      outcome: 'reject',
      node: 'hello',
      path: [
        { node: 'vip', exit: 'yes' },
        { node: 'hello', exit: null },
      ],
      message: { text: 'Hello you.' },
    })
    expect(body['trace']).toHaveLength(2)
  })

  it('finds the caller of a case in the address book', async () => {
    await server.writer.run('seedContacts', {
      records: [{ contact: { phone: '+4915112345678', name: 'Ana', priority: 85 }, hash: 'x' }],
      at: new Date().toISOString(),
      replace: false,
    })
    const { body } = await simulate({
      case: { at: '2026-11-20T09:00:00Z', caller: '+49 151 12345678' },
      document: gate,
    })
    expect(body).toMatchObject({ at: '2026-11-20T09:00:00Z', message: { text: 'Hello Ana.' } })
  })

  it('cannot try a policy that has errors', async () => {
    const answer = await simulate({ facts: {}, document: policy('main', { start: 'nowhere' }) })
    expect(answer.status).toBe(422)
    expect((await simulate({ case: { at: 'yesterday' } })).status).toBe(400)
  })
})
