import { join } from 'node:path'
import { z } from 'zod'
import { contactSchema, listsSchema } from '../schema/seeds.ts'
import type { Contact } from '../schema/seeds.ts'
import type { CallOptions } from '../simulator/calls.ts'
import { readJson } from './json-file.ts'

export type Caller = Pick<CallOptions, 'from' | 'userId' | 'username' | 'name'>

/** Who plays in the demo, from the seeds; strangers step in where a part has nobody. */
export interface Cast {
  readonly vips: readonly Caller[]
  readonly regulars: readonly Caller[]
  /** Known by a user id only. */
  readonly nameless: readonly Caller[]
  readonly blocked: readonly Caller[]
  /** Every phone number and user id of the contacts. */
  readonly ids: readonly string[]
}

/** What makes a caller a VIP here; the seeds' policies draw the line at the same priority. */
const vipPriority = 80

const callerOf = ({ phone, userId, name }: Contact): Caller => ({ from: phone, userId, name })

function contactsIn(seeds: string): Contact[] {
  const parsed = z.array(z.unknown()).safeParse(readJson(join(seeds, 'contacts.json')))
  return (parsed.success ? parsed.data : []).flatMap((entry) => {
    const contact = contactSchema.safeParse(entry)
    return contact.success ? [contact.data] : []
  })
}

/** The cast of a folder of seeds. */
export function castOf(seeds: string): Cast {
  const contacts = contactsIn(seeds)
  const lists = listsSchema.safeParse(readJson(join(seeds, 'lists.json')))
  const blocked = new Set(lists.success ? lists.data.blocked : [])
  const free = contacts.filter(
    ({ phone, userId }) => ![phone, userId].some((id) => id && blocked.has(id)),
  )
  const withPhone = free.filter(({ phone }) => phone !== undefined)
  const isVip = ({ priority = 0 }: Contact): boolean => priority >= vipPriority
  return {
    vips: withPhone.filter(isVip).map(callerOf),
    regulars: withPhone.filter((contact) => !isVip(contact)).map(callerOf),
    nameless: free.filter(({ phone }) => phone === undefined).map(callerOf),
    blocked: [...blocked]
      .filter((id) => id.startsWith('+'))
      .map((from) => ({ from, name: 'Unwanted' })),
    ids: contacts.flatMap(({ phone, userId }) => [phone ?? [], userId ?? []].flat()),
  }
}

const strangers = [
  ['+4479460958', 'Amelia Hart'],
  ['+3361234560', 'Hugo Petit'],
  ['+4915112345', 'Mia Becker'],
  ['+1202555014', 'Noah Reyes'],
  ['+5511987650', 'Beatriz Lima'],
  ['+9715012345', 'Omar Khalil'],
  ['+3461234599', 'Paula Vega'],
] as const

/** Somebody nobody knows, a different one for each number. */
export function stranger(number: number): Caller {
  const [start, name] = strangers[number % strangers.length] ?? strangers[0]
  return { from: `${start}${String((number * 37) % 100).padStart(2, '0')}`, name }
}
