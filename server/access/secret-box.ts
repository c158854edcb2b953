import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Seals secrets that must be read back, such as those of authenticator apps. */
export interface SecretBox {
  seal(text: string): string
  /** @throws Error when it was sealed with another key, or changed */
  open(sealed: string): string
}

const version = 'v1'

/** AES-256-GCM with a key derived from `secret`. */
export function createSecretBox(secret: string): SecretBox {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'callgate secrets at rest', 32))
  return {
    seal(text) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      const packed = Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')
      return `${version}.${packed}`
    },
    open(sealed) {
      const [head, packed = ''] = sealed.split('.')
      if (head !== version) throw new Error('this secret was sealed in a way not known here')
      const bytes = Buffer.from(packed, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
      decipher.setAuthTag(bytes.subarray(12, 28))
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
    },
  }
}

/** SECRET_KEY, or a key of this installation in a file beside the database that only its owner reads. */
export function readSecretKey(secretKey: string | undefined, databasePath: string): string {
  if (secretKey !== undefined) return createHash('sha256').update(secretKey).digest('base64url')
  const path = join(dirname(databasePath), 'secret.key')
  try {
    writeFileSync(path, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    chmodSync(path, 0o600)
  }
  return readFileSync(path, 'utf8').trim()
}
