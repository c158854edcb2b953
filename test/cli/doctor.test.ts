import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Check } from '../../server/doctor/check.ts'
import { runDoctor } from '../../server/cli/doctor/run.ts'
import { readConfig } from '../../server/config.ts'
import type { Simulator } from '../../server/simulator/simulator.ts'
import { startSimulator } from '../../server/simulator/simulator.ts'
import type { Place } from './support.ts'
import { place } from './support.ts'

const appSecret = 'app-secret'
const accessToken = 'the-token'
const verifyToken = 'verify-me'
const lines = [
  { id: '1001', display: '+44 20 7946 0000', calling: { status: 'ENABLED' as const } },
  { id: '1002', display: '+44 20 7946 0001', calling: { status: 'ENABLED' as const } },
]

let here: Place
let callback: Server
let simulator: Simulator
let env: Record<string, string>
let rewrite: { path: RegExp; change(body: unknown): unknown } | undefined
let front: Server

const portOf = (server: Server): number => (server.address() as AddressInfo).port

async function listening(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

/** Our own webhook address, as the server answers Meta's handshake. */
function webhookServer(): Server {
  return createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams
    const isRight = query.get('hub.verify_token') === verifyToken
    response.writeHead(isRight ? 200 : 403).end(isRight ? query.get('hub.challenge') : 'no')
  })
}

/** Graph, with what the simulator has no setting for rewritten on the way. */
function graphFront(): Server {
  return createServer((request, response) => {
    void (async () => {
      const url = `${simulator.url}${request.url ?? ''}`
      const headers = { authorization: request.headers.authorization ?? '' }
      const answer = await fetch(url, { headers })
      const body: unknown = await answer.json()
      const isMine = rewrite?.path.test(request.url ?? '') === true
      const shown = isMine ? rewrite?.change(body) : body
      response.writeHead(answer.status, {
        'content-type': 'application/json',
        date: answer.headers.get('date') ?? '',
      })
      response.end(JSON.stringify(shown))
    })()
  })
}

beforeEach(async () => {
  rewrite = undefined
  here = place()
  callback = await listening(webhookServer())
  const publicUrl = `http://127.0.0.1:${portOf(callback)}`
  simulator = await startSimulator({
    appSecret,
    accessToken,
    webhookUrl: `${publicUrl}/webhooks/whatsapp`,
    verifyToken,
    lines,
  })
  front = await listening(graphFront())
  env = {
    META_APP_SECRET: appSecret,
    META_ACCESS_TOKEN: accessToken,
    META_VERIFY_TOKEN: verifyToken,
    META_GRAPH_URL: `http://127.0.0.1:${portOf(front)}`,
    PUBLIC_URL: publicUrl,
    POLICIES_DIR: here.path('policies'),
    SEEDS_DIR: here.path('seeds'),
    DATABASE_URL: here.path('unused.db'),
  }
})

afterEach(async () => {
  front.closeAllConnections()
  front.close()
  callback.closeAllConnections()
  callback.close()
  await simulator.close()
  here.remove()
})

const examine = (): Promise<Check[]> => runDoctor(readConfig(env), {})
const wrong = (checks: readonly Check[]) =>
  checks
    .filter(({ state }) => state === 'problem' || state === 'warning')
    .map(({ id, state, subject }) => [
      state,
      id,
      ...(subject?.startsWith('number') ? [subject] : []),
    ])

const line = () => {
  const found = simulator.lines.get('1001')
  if (!found) throw new Error('no line')
  return found
}
const hours = {
  status: 'ENABLED' as const,
  timezone_id: 'UTC',
  weekly_operating_hours: [
    { day_of_week: 'MONDAY' as const, open_time: '0900', close_time: '1700' },
  ],
}

describe('the doctor', () => {
  it('finds nothing wrong in a good set-up', async () => {
    const checks = await examine()
    expect(wrong(checks)).toEqual([])
    expect(checks.every(({ state }) => state === 'ok')).toBe(true)
    expect(checks.length).toBeGreaterThan(10)
  })

  const broken: [name: string, breakIt: () => void, found: string[]][] = [
    ['no app secret', () => void delete env['META_APP_SECRET'], ['problem', 'configuration']],
    ['no access token', () => void delete env['META_ACCESS_TOKEN'], ['problem', 'configuration']],
    ['no verify token', () => void delete env['META_VERIFY_TOKEN'], ['problem', 'configuration']],
    ['no public address', () => void delete env['PUBLIC_URL'], ['problem', 'configuration']],
    ['a wrong token', () => (env['META_ACCESS_TOKEN'] = 'other'), ['problem', 'token']],
    ['an expired token', () => (simulator.account.tokenExpiresAt = 1), ['problem', 'token']],
    [
      'a token that expires soon',
      () => (simulator.account.tokenExpiresAt = Math.floor(Date.now() / 1000) + 86_400),
      ['warning', 'token_expiry'],
    ],
    [
      'a permission too few to send',
      () => (simulator.account.scopes = ['whatsapp_business_management']),
      ['problem', 'permissions'],
    ],
    [
      'a permission too few to look',
      () => (simulator.account.scopes = ['whatsapp_business_messaging']),
      ['problem', 'permissions'],
    ],
    ['another app secret', () => (env['META_APP_SECRET'] = 'old'), ['problem', 'app_secret']],
    [
      'an app that is not subscribed to the account',
      () => (rewrite = { path: /subscribed_apps/, change: () => ({ data: [] }) }),
      ['problem', 'app_subscribed'],
    ],
    [
      'no subscription to calls',
      () => (simulator.account.subscription.fields = ['messages']),
      ['problem', 'webhook_fields'],
    ],
    [
      'no subscription to messages',
      () => (simulator.account.subscription.fields = ['calls']),
      ['problem', 'webhook_fields'],
    ],
    [
      'no subscription to account events',
      () => (simulator.account.subscription.fields = ['calls', 'messages']),
      ['warning', 'webhook_fields'],
    ],
    [
      'webhooks that go elsewhere',
      () => (simulator.account.subscription.url = 'https://example.com/webhooks/whatsapp'),
      ['problem', 'webhook_url'],
    ],
    [
      'no webhook at all',
      () => (rewrite = { path: /\/subscriptions/, change: () => ({ data: [] }) }),
      ['problem', 'webhook_subscription'],
    ],
    [
      'a server that is not there',
      () => {
        callback.closeAllConnections()
        callback.close()
      },
      ['problem', 'callback'],
    ],
    [
      'a server with another verify token',
      () => (env['META_VERIFY_TOKEN'] = 'another'),
      ['problem', 'verify_token'],
    ],
    [
      'a number that Meta does not know',
      () =>
        (rewrite = {
          path: /\/1002\?/,
          change: () => ({ error: { code: 100, message: 'Unsupported get request' } }),
        }),
      ['problem', 'number', 'number 1002'],
    ],
    [
      'calling turned off',
      () => (line().calling = { status: 'DISABLED' }),
      ['problem', 'calling', 'number 1001'],
    ],
    ['calling never turned on', () => (line().calling = {}), ['problem', 'calling', 'number 1001']],
    [
      'a messaging limit that is too low',
      () => (line().messagingLimit = 250),
      ['problem', 'messaging_limit', 'number 1001'],
    ],
    [
      'calls that go to SIP',
      () => (line().calling = { status: 'ENABLED', sip: { status: 'ENABLED' } }),
      ['problem', 'sip', 'number 1001'],
    ],
    [
      'call hours of Meta',
      () => (line().calling = { status: 'ENABLED', call_hours: hours }),
      ['problem', 'call_hours', 'number 1001'],
    ],
    [
      'a voicemail of Meta that takes rejects',
      () =>
        (line().calling = {
          status: 'ENABLED',
          voicemail: { status: 'ENABLED', triggers: ['REJECT', 'TIMEOUT'] },
        }),
      ['problem', 'voicemail_reject', 'number 1001'],
    ],
    [
      'a voicemail of Meta that takes long ringing',
      () =>
        (line().calling = {
          status: 'ENABLED',
          voicemail: { status: 'ENABLED', triggers: ['TIMEOUT'] },
        }),
      ['warning', 'voicemail_timeout', 'number 1001'],
    ],
    [
      'a hidden call button',
      () => (line().calling = { status: 'ENABLED', call_icon_visibility: 'DISABLE_ALL' }),
      ['warning', 'call_button', 'number 1001'],
    ],
    [
      'a restriction',
      () =>
        line().restrictions.push({ type: 'RESTRICTED_USER_INITIATED_CALLING', reason: 'quality' }),
      ['problem', 'restriction', 'number 1001'],
    ],
    [
      'a clock that is slow',
      () => (simulator.switches.clockSkewSeconds = 120),
      ['warning', 'clock'],
    ],
    [
      'a broken policy',
      () => here.write('policies/front.json', '{ "schema": 1,'),
      ['problem', 'policy'],
    ],
    [
      'a number without a policy',
      () =>
        here.write('policies/back.json', {
          schema: 1,
          id: 'back',
          name: 'Back',
          numbers: [],
          start: 'bye',
          fallback: { kind: 'reject', message: { text: 'Sorry.' } },
          nodes: { bye: { kind: 'reject', message: { text: 'Nobody is here.' } } },
        }),
      ['problem', 'unclaimed_number'],
    ],
    [
      'a seed file that is no JSON',
      () => here.write('seeds/calendars.json', '{ "support":'),
      ['problem', 'seeds'],
    ],
    [
      'a Graph that is not there',
      () => {
        env['META_GRAPH_URL'] = 'http://127.0.0.1:9'
      },
      ['problem', 'graph'],
    ],
    [
      'a folder of policies that is not there',
      () => (env['POLICIES_DIR'] = here.path('nowhere')),
      ['problem', 'policies'],
    ],
  ]

  it.each(broken)('names exactly what is wrong: %s', async (_name, breakIt, found) => {
    breakIt()
    const checks = await examine()
    expect(wrong(checks)).toEqual([found])
    for (const check of checks.filter(({ state }) => state === 'problem'))
      expect(check.mend).toMatch(/\w{4}/)
  })

  it('is told which account to look at where the token names several', async () => {
    rewrite = {
      path: /debug_token/,
      change: () => ({
        data: {
          app_id: simulator.account.appId,
          is_valid: true,
          scopes: ['whatsapp_business_management', 'whatsapp_business_messaging'],
          granular_scopes: [
            { scope: 'whatsapp_business_management', target_ids: ['9', simulator.account.wabaId] },
          ],
        },
      }),
    }
    expect(wrong(await examine())).toEqual([])
  })

  it('prints what to do and leaves 1, as a command', async () => {
    simulator.account.subscription.fields = ['messages']
    const { code, stdout } = await here.run(['doctor'], env)
    expect(code).toBe(1)
    expect(stdout).toContain('problem  app: The app is not subscribed to the webhook field calls.')
    expect(stdout).toMatch(/to mend it: developers\.facebook\.com .* subscribe to calls/)
    expect(stdout).toMatch(/1 problem\n$/)
    expect(stdout).not.toContain('\u001b[')
  })

  it('prints nothing but JSON with --json, and leaves 0 when all is well', async () => {
    const { code, stdout } = await here.run(['doctor', '--json'], env)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ problems: 0, warnings: 0 })
    expect(stdout).not.toContain(accessToken)
    expect(stdout).not.toContain(appSecret)
  })
})
