import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Me } from '../../server/schema/access.ts'
import type { Bench } from '../gatekeeper/support.ts'
import { startBench } from '../gatekeeper/support.ts'
import { ask, cookieOf, join } from './support.ts'

const client = { id: 'callgate', secret: 'a-client-secret' }

/** Who answers the provider's sign-in page, and what it says of them. */
let who = ''
let people: Record<string, Record<string, unknown>> = {}

let bench: Bench
let issuer = ''
let provider: Provider | undefined
const server = createServer((request, response) => {
  if (!provider) return void response.writeHead(503).end()
  const isPage = request.url?.startsWith('/interaction/') ?? false
  const result =
    who === 'nobody'
      ? { error: 'access_denied', error_description: 'they said no' }
      : { login: { accountId: who } }
  const done = isPage
    ? provider.interactionFinished(request, response, result)
    : provider.callback()(request, response)
  done.catch(() => response.destroy())
})

const startProvider = () =>
  new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [`${bench.server.url}/api/oidc/callback`],
      },
    ],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups', 'teams'] },
    cookies: { keys: ['a key of the test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...people[id] }),
    }),
    async loadExistingGrant({ oidc }) {
      const { accountId } = oidc.session
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId })
      grant.addOIDCScope('openid profile email')
      await grant.save()
      return grant
    },
  })

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // a server that listens on a port has such an address
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  bench = await startBench({
    environment: {
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: client.id,
      OIDC_CLIENT_SECRET: client.secret,
      OIDC_NAME: 'Example ID',
      OIDC_ROLE_CLAIM: 'groups',
      OIDC_ROLE_MAP: 'gate-admins=admin,gate-ops=operations,support=agent',
      OIDC_TEAMS_CLAIM: 'teams',
    },
  })
})
afterAll(async () => {
  await bench.close()
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  provider ??= startProvider()
})

/** A browser with a jar of cookies for each address. */
function browser() {
  const jars = new Map<string, Map<string, string>>()
  return async (url: string): Promise<Response> => {
    const { origin } = new URL(url)
    const jar = jars.get(origin) ?? new Map<string, string>()
    jars.set(origin, jar)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    return response
  }
}

const locationOf = (response: Response, from: string): string =>
  new URL(response.headers.get('location') ?? '', from).href

/** Goes where it is sent until it is back at us, at the callback. */
async function toCallback(
  visit: ReturnType<typeof browser>,
  path = '/',
  onTheWay: (url: string) => string = (url) => url,
): Promise<string> {
  let url = `${bench.server.url}/api/oidc/start?return=${encodeURIComponent(path)}`
  for (let steps = 0; steps < 10; steps += 1) {
    url = onTheWay(locationOf(await visit(url), url))
    if (url.includes('/api/oidc/callback')) return url
  }
  throw new Error('never came back')
}

/** Signs in over there. @returns where it ended, and who that is here */
async function signInThere(name: string, path?: string) {
  who = name
  const visit = browser()
  const callback = await toCallback(visit, path)
  const response = await visit(callback)
  const to = response.headers.get('location')
  const isIn = response.headers.getSetCookie().some((set) => set.startsWith('callgate_session='))
  if (!isIn) return { to, me: undefined, cookie: undefined }
  const cookie = cookieOf(response)
  const state = await ask(bench, '/api/auth/state', { headers: { cookie } })
  return { to, cookie, me: ((await state.json()) as { me: Me }).me }
}

describe('signing in at the provider', () => {
  test('says where, with a challenge, a state and a nonce', async () => {
    const state = await (await ask(bench, '/api/auth/state')).json()
    expect(state).toMatchObject({ oidc: { name: 'Example ID' } })
    const response = await ask(bench, '/api/oidc/start')
    const { origin, searchParams } = new URL(response.headers.get('location') ?? '')
    expect(origin).toBe(issuer)
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{20,}$/),
      nonce: expect.stringMatching(/^[\w-]{20,}$/),
      redirect_uri: `${bench.server.url}/api/oidc/callback`,
    })
    const [set = ''] = response.headers.getSetCookie()
    expect(set).toContain('HttpOnly')
    expect(set).not.toContain(searchParams.get('nonce'))
  })

  test('makes an account with the role and teams of the claims, and goes where one wanted', async () => {
    people = {
      'id-1': { preferred_username: 'ada', name: 'Ada', groups: ['gate-ops', 'x'], teams: ['north'] },
    } // prettier-ignore
    const { to, me } = await signInThere('id-1', '/policies/main-line')
    expect(to).toBe('/policies/main-line')
    expect(me).toMatchObject({
      username: 'ada',
      name: 'Ada',
      role: 'operations',
      teams: ['north'],
      signsInBy: 'single sign-on',
    })
  })

  test('refreshes role and teams each time, and is the same account', async () => {
    people['id-1'] = {
      preferred_username: 'ada',
      name: 'Ada L.',
      groups: 'support',
      teams: 'south',
    }
    const { me } = await signInThere('id-1')
    expect(me).toMatchObject({ name: 'Ada L.', role: 'agent', teams: ['south'] })
    const { data } = (await (await bench.api('/api/accounts')).json()) as {
      data: { username: string }[]
    }
    expect(data.filter(({ username }) => username === 'ada')).toHaveLength(1)
  })

  test.each([
    ['without a role', 'id-2', { groups: ['something-else'] }, 'no_role'],
    ['with a role that is no value of the map', 'id-3', { groups: ['admin'] }, 'no_role'],
    ['without a claim', 'id-4', {}, 'no_role'],
    ['without a team', 'id-5', { groups: ['support'], teams: [] }, 'no_team'],
  ])('is refused %s', async (_what, id, claims, problem) => {
    people[id] = { preferred_username: id, ...claims }
    const { to, me } = await signInThere(id)
    expect([to, me]).toEqual([`/sign-in?problem=${problem}`, undefined])
  })

  test('loses the account its role: the next sign-in is refused', async () => {
    people['id-1'] = { preferred_username: 'ada', groups: [] }
    expect((await signInThere('id-1')).to).toBe('/sign-in?problem=no_role')
  })

  test('does not take over somebody of the same name', async () => {
    await join(bench, { username: 'boss', role: 'admin' })
    people['id-6'] = { preferred_username: 'Boss', groups: ['support'], teams: ['north'] }
    const { to, me } = await signInThere('id-6')
    expect([to, me]).toEqual(['/sign-in?problem=taken', undefined])
  })

  test('is refused to a disabled account', async () => {
    people['id-7'] = { preferred_username: 'dora', groups: ['support'], teams: ['north'] }
    const { me } = await signInThere('id-7')
    const body = '{"disabled":true}'
    await bench.api(`/api/accounts/${me?.id}`, { method: 'PATCH', body })
    expect((await signInThere('id-7')).to).toBe('/sign-in?problem=disabled')
  })

  test('that somebody breaks off is refused', async () => {
    expect((await signInThere('nobody')).to).toBe('/sign-in?problem=refused')
  })
})

describe('an answer of the provider', () => {
  const expectRefused = (response: Response, problem: string) => {
    expect(response.headers.get('location')).toBe(`/sign-in?problem=${problem}`)
    const sets = response.headers.getSetCookie()
    expect(sets.filter((set) => set.startsWith('callgate_session='))).toEqual([])
  }
  beforeEach(() => {
    people['id-8'] = { preferred_username: 'eve', groups: ['gate-admins'] }
    who = 'id-8'
  })

  test('counts only in the browser that asked', async () => {
    const callback = await toCallback(browser())
    expectRefused(await browser()(callback), 'expired')
    const another = browser()
    await toCallback(another)
    expectRefused(await another(callback), 'refused')
  })

  test('counts once', async () => {
    const visit = browser()
    const callback = await toCallback(visit)
    expect((await visit(callback)).headers.get('location')).toBe('/')
    expectRefused(await visit(callback), 'expired')
  })

  test('with another state, or a code nobody gave, is refused', async () => {
    for (const [name, value] of [
      ['state', 'made-up'],
      ['code', 'made-up'],
    ] as const) {
      const visit = browser()
      const url = new URL(await toCallback(visit))
      url.searchParams.set(name, value)
      expectRefused(await visit(url.href), 'refused')
    }
  })

  test('for another nonce is refused', async () => {
    const visit = browser()
    let changed = 0
    const callback = await toCallback(visit, '/', (href) => {
      const url = new URL(href)
      if (!url.searchParams.has('nonce')) return href
      changed += 1
      url.searchParams.set('nonce', 'of-somebody-else')
      return url.href
    })
    expect(changed).toBe(1)
    expectRefused(await visit(callback), 'refused')
  })

  test.each(['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    'sends nobody to %s',
    async (path) => expect((await signInThere('id-8', path)).to).toBe('/'),
  )
})

test('a provider that cannot be reached says so, and is asked again later', async () => {
  await bench.restart()
  provider = undefined
  const start = await ask(bench, '/api/oidc/start')
  expect(start.headers.get('location')).toBe('/sign-in?problem=unreachable')
  provider = startProvider()
  people['id-9'] = { preferred_username: 'late', groups: ['gate-admins'] }
  expect((await signInThere('id-9')).me).toMatchObject({ role: 'admin', teams: null })
})
