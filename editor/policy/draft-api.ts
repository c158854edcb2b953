import { z } from 'zod'
import type { Policy } from '../../server/schema/policy.ts'
import { ApiError, problemOf } from '../api/error.ts'

const savedSchema = z.object({ revision: z.int(), outdated: z.boolean(), edited: z.boolean() })
export type Saved = z.infer<typeof savedSchema>

interface Save {
  readonly id: string
  readonly document: Policy
  /** The revision that was seen. */
  readonly revision: number
}

/**
 * Saves a draft; its body is the document itself, as text.
 * @throws ApiError 412 when somebody saved another one meanwhile
 */
export async function saveDraft({ id, document, revision }: Save): Promise<Saved> {
  const response = await fetch(`/api/policies/${encodeURIComponent(id)}/draft`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'if-match': `"${revision}"` },
    body: JSON.stringify(document),
    credentials: 'same-origin',
  }).catch((cause: unknown) => {
    throw new ApiError({ code: 'offline', status: 0, requestId: '' }, { cause })
  })
  if (!response.ok) throw await problemOf(response)
  return savedSchema.parse(await response.json())
}
