import { expect, test } from 'vitest'
import { firstStart } from '../../server/access/first-start.ts'
import { createLogger } from '../../server/logger.ts'
import { ask, bearer, invite, newToken, password, send, signIn, startTeams } from './support.ts'

test('no password, link, cookie, token or second-step secret is in any log line', async () => {
  const lines: string[] = []
  const log = createLogger('trace', { write: (text) => void lines.push(text) })
  const bench = await startTeams({ overrides: { log } })
  try {
    const setup = (await firstStart({ ...bench.server.context, adminPassword: undefined })) ?? ''
    const { link } = await invite(bench, { username: 'quinn', role: 'viewer' })
    const joined = await send(bench, link, { body: { password } })
    const cookie = (joined.headers.getSetCookie()[0] ?? '').split(';')[0] ?? ''
    const begun = await send(bench, '/api/auth/totp/start', { cookie })
    const { secret } = (await begun.json()) as { secret: string }
    const token = await newToken(bench, { role: 'viewer', teams: ['north'] })
    await ask(bench, '/api/calls', { headers: bearer(token.secret) })
    await ask(bench, '/api/calls', { headers: bearer('cgt_a-wrong-token') })
    await signIn(bench, { username: 'quinn', password: 'a wrong password' })
    await send(bench, link, { body: { password: 'too late a password' } })
    const all = lines.join('\n')
    expect(lines.length).toBeGreaterThan(3)
    const kept = [setup, link.split('/').at(-1) ?? '', password, cookie.split('=')[1] ?? '', secret, token.secret] // prettier-ignore
    const typed = ['cgt_a-wrong-token', 'a wrong password', 'too late a password']
    for (const one of [...kept, ...typed]) {
      expect(one.length).toBeGreaterThan(8)
      expect(all).not.toContain(one)
    }
  } finally {
    await bench.close()
  }
})
