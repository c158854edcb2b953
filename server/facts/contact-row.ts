import { z } from 'zod'
import type { ContactRow } from '../db/tables.ts'
import type { Contact } from '../schema/seeds.ts'
import { attributeValueSchema } from '../schema/seeds.ts'

const tagsSchema = z.array(z.string())
const attributesSchema = z.record(z.string(), attributeValueSchema)

const noneIfEmpty = (text: string | null): string | undefined => text || undefined

/** A row of the address book as a contact. */
export function contactOf(row: ContactRow): Contact {
  return {
    phone: noneIfEmpty(row.phone),
    userId: noneIfEmpty(row.user_id),
    name: noneIfEmpty(row.name),
    priority: row.priority,
    tier: row.tier,
    tags: tagsSchema.parse(JSON.parse(row.tags)),
    owner: row.owner,
    language: row.language,
    country: noneIfEmpty(row.country),
    slaCalendar: noneIfEmpty(row.sla_calendar),
    optedOut: row.opted_out === 1,
    attributes: attributesSchema.parse(JSON.parse(row.attributes)),
  }
}
