import type { SecretBox } from './secret-box.ts'

const property = 'secret'

/** The document (JSON text) with its `secret`, where it has one, changed. */
function withSecret(doc: string, change: (secret: string) => string): string {
  const value: unknown = JSON.parse(doc)
  if (typeof value !== 'object' || value === null || !(property in value)) return doc
  return typeof value[property] === 'string'
    ? JSON.stringify({ ...value, [property]: change(value[property]) })
    : doc
}

/** A document whose secret cannot be read in the database. */
export const sealSecret = (doc: string, box: SecretBox): string =>
  withSecret(doc, (secret) => box.seal(secret))

/** A sealed document as it was. @throws Error when it was sealed with another key */
export const openSecret = (doc: string, box: SecretBox): string =>
  withSecret(doc, (secret) => openIfSealed(secret, box))

/** What older versions stored was not sealed. @throws Error when it was sealed with another key */
export const openIfSealed = (secret: string, box: SecretBox): string =>
  secret.startsWith('v1.') ? box.open(secret) : secret
