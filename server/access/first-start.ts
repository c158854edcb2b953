import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Writer } from '../db/writer.ts'
import type { Access } from './access.ts'
import { hashPassword } from './passwords.ts'
import { hashSecret, newId, newSecret } from './secrets.ts'

const dayMs = 24 * 60 * 60_000

interface FirstStart {
  readonly access: Access
  readonly writer: Writer
  readonly clock: Clock
  readonly adminPassword: string | undefined
}

/**
 * While there is no account: makes `admin` with ADMIN_PASSWORD, or a link for making the first one.
 * @returns the secret of the link, valid for a day and until the next start
 */
export async function firstStart(deps: FirstStart): Promise<string | undefined> {
  const { access, writer, clock, adminPassword } = deps
  if (!(await access.needsSetup())) return undefined
  const now = clock.now()
  if (adminPassword === undefined) {
    const secret = newSecret('setup')
    const expiresAt = toIso(now + dayMs)
    await writer.run('putSetupLink', { hash: hashSecret(secret), expiresAt })
    return secret
  }
  await writer.run('createAccount', {
    id: newId(),
    username: 'admin',
    name: 'Admin',
    role: 'admin',
    teams: null,
    passwordHash: await hashPassword(adminPassword),
    at: toIso(now),
    by: { kind: 'system', id: null, name: 'first start', address: null },
    operation: 'firstStart',
  })
  return undefined
}
