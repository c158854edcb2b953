import { z } from 'zod'
import { normalisePhone } from '../../phone.ts'
import type { Party, Signal } from '../../schema/signal.ts'
import { lenientText, numberOf } from '../fields.ts'
import type { Ignored } from '../fields.ts'

/** What reading one `changes[].value` adds to. */
export interface Reading {
  readonly field: string
  readonly signals: Signal[]
  readonly ignored: Ignored[]
}

export function ignore(reading: Reading, why: string): void {
  reading.ignored.push({ field: reading.field, why })
}

/** An SDP is longer than any other text and useless when cut. */
export const lenientSdp = z.string().max(65_536).optional().catch(undefined)

/** Digits that some senders write as a number. */
export const lenientId = z
  .union([z.string().min(1).max(256), z.int().min(0).transform(String)])
  .optional()
  .catch(undefined)

/** Items one by one, so that one that does not fit does not lose the others. */
export const lenientList = z.array(z.unknown()).optional().catch(undefined)

/** Whole seconds, as text or number. */
export function secondsOf(value: unknown): number | undefined {
  const told = numberOf(value)
  return told !== undefined && told >= 0 && told <= 1e9 ? Math.trunc(told) : undefined
}

const metadataSchema = z.object({
  metadata: z
    .object({ phone_number_id: lenientId, display_phone_number: lenientId })
    .optional()
    .catch(undefined),
})

/** The business number that a value is about: its id, and how it is dialled. */
export function lineOf(value: unknown): { id: string | undefined; phone: string | undefined } {
  const metadata = metadataSchema.safeParse(value).data?.metadata
  const display = metadata?.display_phone_number
  return { id: metadata?.phone_number_id, phone: display ? normalisePhone(display) : undefined }
}

const contactSchema = z.object({
  wa_id: lenientId,
  user_id: lenientId,
  profile: z.object({ name: lenientText, username: lenientText }).optional().catch(undefined),
})
type Contact = z.infer<typeof contactSchema>

const contactsSchema = z.object({ contacts: lenientList })

export function contactsOf(value: unknown): Contact[] {
  const items = contactsSchema.safeParse(value).data?.contacts ?? []
  return items.flatMap((item) => contactSchema.safeParse(item).data ?? [])
}

/** The two ids of a person as an item spells them; either may be absent (usernames). */
export interface Ids {
  readonly waId: string | undefined
  readonly userId: string | undefined
}

const samePhone = (left: string, right: string): boolean =>
  left === right || (normalisePhone(left) ?? left) === (normalisePhone(right) ?? right)

function contactFor(ids: Ids, contacts: readonly Contact[]): Contact | undefined {
  const { waId, userId } = ids
  const named = contacts.find(
    (contact) =>
      (userId !== undefined && contact.user_id === userId) ||
      (waId !== undefined && contact.wa_id !== undefined && samePhone(contact.wa_id, waId)),
  )
  if (named) return named
  const [only] = contacts
  if (only === undefined || contacts.length > 1) return undefined
  const contradicts =
    (userId !== undefined && only.user_id !== undefined) ||
    (waId !== undefined && only.wa_id !== undefined)
  return contradicts ? undefined : only
}

/** A person from the ids of an item, completed by the contact that goes with it. */
export function partyOf(ids: Ids, contacts: readonly Contact[]): Party {
  const contact = contactFor(ids, contacts)
  const waId = ids.waId ?? contact?.wa_id
  const userId = ids.userId ?? contact?.user_id
  const profileName = contact?.profile?.name ?? contact?.profile?.username
  const phone = waId === undefined ? undefined : normalisePhone(waId)
  return {
    ...(phone !== undefined && { phone, address: (waId ?? '').replace(/\D/g, '') }),
    ...(userId !== undefined && { userId }),
    ...(profileName && { profileName: profileName.slice(0, 200) }),
  }
}

/** Whether anything at all tells who it is. */
export function isKnown(party: Party): boolean {
  return party.phone !== undefined || party.userId !== undefined
}

const errorSchema = z.object({
  code: z.int(),
  message: lenientText,
  title: lenientText,
  error_data: z.object({ details: lenientText }).optional().catch(undefined),
})

/** `errors[]` of a value or a status: the code, and the provider's words where it has some. */
export function errorsOf(
  items: readonly unknown[] | undefined,
): { code: number; details?: string }[] {
  return (items ?? []).flatMap((item) => {
    const error = errorSchema.safeParse(item).data
    if (error === undefined) return []
    const details = error.error_data?.details ?? error.message ?? error.title
    return [{ code: error.code, ...(details && { details: details.slice(0, 500) }) }]
  })
}
