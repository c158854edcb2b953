import { createHash, randomBytes } from 'node:crypto'

/** A new secret of 256 bits behind a word that tells what it is for. */
export const newSecret = (word: string): string =>
  `${word}_${randomBytes(32).toString('base64url')}`

/** What is stored of a secret; secrets of 256 bits need no slow hash. */
export const hashSecret = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url')

/** An opaque id for accounts, sessions and tokens. */
export const newId = (): string => randomBytes(9).toString('base64url')
