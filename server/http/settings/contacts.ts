import { createRoute, z } from '@hono/zod-openapi'
import type { Clock } from '../../clock.ts'
import { toIso } from '../../clock.ts'
import type { SavedContact } from '../../db/commands/contacts.ts'
import type { Reader } from '../../db/reader.ts'
import type { Writer } from '../../db/writer.ts'
import { GatekeeperError } from '../../errors.ts'
import { normalisePhone } from '../../phone.ts'
import {
  contactBodySchema,
  contactPageSchema,
  contactQuerySchema,
  listEntrySchema,
} from '../../schema/address-book.ts'
import type { Contact } from '../../schema/seeds.ts'
import { auditorOf } from '../auditor.ts'
import { errorResponses } from '../errors.ts'
import { body, createRoutes, done, json } from '../route-parts.ts'

export interface ContactDeps {
  readonly clock: Clock
  readonly reader: Reader
  readonly writer: Writer
}

const tags = ['Settings']
const params = z.object({ contact: z.coerce.number().int().min(1) })
const saved = z.object({ id: z.int() })
const path = '/api/settings/contacts/{contact}'

const list = createRoute({
  method: 'get',
  path: '/api/settings/contacts',
  operationId: 'listContacts',
  tags,
  summary: 'The address book',
  description: 'By a part of a name, the beginning of a number, or a user id.',
  request: { query: contactQuerySchema },
  responses: { 200: json(contactPageSchema, 'In the order of entry'), ...errorResponses(400) },
})
const create = createRoute({
  method: 'post',
  path: '/api/settings/contacts',
  operationId: 'createContact',
  tags,
  summary: 'Add a contact',
  request: {
    body: body(contactBodySchema, { phone: '+4915112345678', name: 'Maya', priority: 80 }),
  },
  responses: { 200: json(saved, 'Its id'), ...errorResponses(400, 409) },
})
const put = createRoute({
  method: 'put',
  path,
  operationId: 'putContact',
  tags,
  summary: 'Change a contact',
  description:
    'What is left out takes its default. The seed files do not set this contact any more.',
  request: { params, body: body(contactBodySchema) },
  responses: { 200: json(saved, 'Its id'), ...errorResponses(400, 404, 409) },
})
const remove = createRoute({
  method: 'delete',
  path,
  operationId: 'deleteContact',
  tags,
  summary: 'Take a contact out of the address book',
  description: 'Calls, leads and messages of the person stay; erasing a person is another thing.',
  request: { params },
  responses: { 200: json(done, 'Gone'), ...errorResponses(400, 404) },
})
const listLists = createRoute({
  method: 'get',
  path: '/api/settings/lists',
  operationId: 'getLists',
  tags,
  summary: 'Who is blocked and who is always allowed',
  responses: {
    200: json(z.object({ data: z.array(listEntrySchema) }), 'At most 10,000'),
    ...errorResponses(),
  },
})
const addEntry = createRoute({
  method: 'post',
  path: '/api/settings/lists',
  operationId: 'addListEntry',
  tags,
  summary: 'Put a number or user id on a list',
  request: { body: body(listEntrySchema, { list: 'blocked', entry: '+4915112345678' }) },
  responses: { 200: json(listEntrySchema, 'As it was kept'), ...errorResponses(400) },
})
const removeEntry = createRoute({
  method: 'post',
  path: '/api/settings/lists/remove',
  operationId: 'removeListEntry',
  tags,
  summary: 'Take a number or user id off a list',
  request: { body: body(listEntrySchema) },
  responses: { 200: json(done, 'Gone'), ...errorResponses(400, 404) },
})

const missing = () => new GatekeeperError('not_found', 'there is no such contact')

/** Numbers in the form that calls are compared with. */
function withPhone(contact: Contact): Contact {
  if (contact.phone === undefined) return contact
  const phone = normalisePhone(contact.phone)
  if (phone === undefined)
    throw new GatekeeperError('bad_request', 'phone: expected a number such as +4915112345678')
  return { ...contact, phone }
}

function idOf(result: SavedContact): { id: number } {
  if (result === 'missing') throw missing()
  if (result === 'taken')
    throw new GatekeeperError('conflict', 'this number or user id belongs to another contact')
  return result
}

const entryOf = (text: string): string =>
  /^[+\d]/.test(text) ? (normalisePhone(text) ?? text) : text

/** Contacts, and the blocked and the allowed list. */
export function contactRoutes({ clock, reader, writer }: ContactDeps) {
  return createRoutes()
    .openapi(list, async (context) =>
      context.json(await reader.ask('listContacts', context.req.valid('query')), 200),
    )
    .openapi(create, async (context) => {
      const contact = withPhone(context.req.valid('json'))
      const by = auditorOf(context)
      const result = await writer.run('saveContact', { contact, at: toIso(clock.now()), by })
      return context.json(idOf(result), 200)
    })
    .openapi(put, async (context) => {
      const { contact: id } = context.req.valid('param')
      const contact = withPhone(context.req.valid('json'))
      const by = auditorOf(context)
      const result = await writer.run('saveContact', { id, contact, at: toIso(clock.now()), by })
      return context.json(idOf(result), 200)
    })
    .openapi(remove, async (context) => {
      const { contact: id } = context.req.valid('param')
      const by = auditorOf(context)
      if (!(await writer.run('deleteContact', { id, at: toIso(clock.now()), by }))) throw missing()
      return context.json({ success: true as const }, 200)
    })
    .openapi(listLists, async (context) =>
      context.json({ data: await reader.ask('listEntries', undefined) }, 200),
    )
    .openapi(addEntry, async (context) => {
      const given = context.req.valid('json')
      const kept = { list: given.list, entry: entryOf(given.entry) }
      const by = auditorOf(context)
      await writer.run('changeList', { ...kept, on: true, at: toIso(clock.now()), by })
      return context.json(kept, 200)
    })
    .openapi(removeEntry, async (context) => {
      const given = context.req.valid('json')
      const by = auditorOf(context)
      const off = { ...given, on: false, at: toIso(clock.now()), by }
      if (!(await writer.run('changeList', off)))
        throw new GatekeeperError('not_found', 'it does not stand on this list')
      return context.json({ success: true as const }, 200)
    })
}
