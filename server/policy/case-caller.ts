import type { Case } from '../schema/cases.ts'
import type { FactValue } from '../schema/facts.ts'
import { factSpec } from '../schema/facts.ts'
import type { Installation } from '../schema/installation.ts'
import type { Contact, Lists } from '../schema/seeds.ts'
import type { CallerFile } from './memory-facts.ts'
import { strangerFile } from './memory-facts.ts'

/** What cases are decided in: an installation, its address book and its lists. Not changed afterwards. */
export interface World {
  readonly installation: Installation
  readonly contacts: readonly Contact[]
  readonly lists: Lists
  /** Every spelling of a phone number, the canonical one first; without it a number is as it is spelt. */
  phoneForms?(phone: string): string[]
  /** ISO 3166 alpha-2 of a phone number or user id. */
  countryOf?(phone?: string, userId?: string): string | undefined
}

/** Who calls in a case: what is known of them, and the facts that the case states of them. */
export interface CaseCaller {
  readonly file: CallerFile
  readonly stated: ReadonlyMap<string, FactValue>
}

interface Index {
  readonly byUserId: ReadonlyMap<string, Contact>
  readonly byPhone: ReadonlyMap<string, Contact>
  readonly blocked: ReadonlySet<string>
  readonly allowed: ReadonlySet<string>
}

const indexes = new WeakMap<World, Index>()

/** The canonical form of what can be a phone number; undefined for anything else. */
function canonicalPhone(text: string, world: World): string | undefined {
  const digits = text.replace(/[\s().-]/g, '').replace(/^(\+|00)/, '')
  if (!/^[1-9]\d{5,14}$/.test(digits)) return undefined
  return world.phoneForms?.(`+${digits}`)[0] ?? `+${digits}`
}

function indexOf(world: World): Index {
  const before = indexes.get(world)
  if (before) return before
  const byUserId = new Map<string, Contact>()
  const byPhone = new Map<string, Contact>()
  for (const contact of world.contacts) {
    const phone = contact.phone && canonicalPhone(contact.phone, world)
    if (contact.userId && !byUserId.has(contact.userId)) byUserId.set(contact.userId, contact)
    if (phone && !byPhone.has(phone)) byPhone.set(phone, contact)
  }
  const listed = (entries: readonly string[]): ReadonlySet<string> =>
    new Set(entries.map((entry) => canonicalPhone(entry, world) ?? entry))
  const { blocked, allowed } = world.lists
  const index = { byUserId, byPhone, blocked: listed(blocked), allowed: listed(allowed) }
  indexes.set(world, index)
  return index
}

interface Ids {
  readonly phone?: string | undefined
  readonly userId?: string | undefined
}

/** A contact or a stranger with these ids; the user id goes first, the phone second. */
function fileOf(told: Ids, world: World): CallerFile {
  const { byUserId, byPhone, blocked, allowed } = indexOf(world)
  const toldPhone = told.phone && (canonicalPhone(told.phone, world) ?? told.phone)
  const contact =
    (told.userId ? byUserId.get(told.userId) : undefined) ??
    (toldPhone ? byPhone.get(toldPhone) : undefined)
  const contactPhone = contact?.phone && canonicalPhone(contact.phone, world)
  const phone = toldPhone || contactPhone || undefined
  const userId = told.userId || contact?.userId || undefined
  const ids = [phone, userId].filter((id) => id !== undefined)
  return {
    ...strangerFile({ phone, userId, country: world.countryOf?.(phone, userId) }),
    contact,
    tags: contact?.tags ?? [],
    blocked: ids.some((id) => blocked.has(id)),
    allowed: ids.some((id) => allowed.has(id)),
  }
}

/** A fact of the caller may be named with or without `caller.`; another fact has its own name. */
function factName(key: string, installation: Installation): string {
  const name = key.startsWith('caller.') ? key : `caller.${key}`
  return factSpec(name, installation) || !factSpec(key, installation) ? name : key
}

const textOf = (value: FactValue | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** Who owns the caller decides whose status `agents.owner.status` is, however it is stated. */
export function withOwner(
  contact: Contact | undefined,
  owner: FactValue | undefined,
): Contact | undefined {
  return typeof owner === 'string' ? { ...contact, owner } : contact
}

/** What is stated decides what follows from it too: an owner's status, "blocked beats allowed". */
function fileOfStated(stated: ReadonlyMap<string, FactValue>, world: World): CallerFile {
  const text = (name: string) => textOf(stated.get(name))
  const file = fileOf({ phone: text('caller.phone'), userId: text('caller.userId') }, world)
  const isStated = (name: string, otherwise: boolean): boolean => {
    const value = stated.get(name)
    return typeof value === 'boolean' ? value : otherwise
  }
  return {
    ...file,
    key: text('caller.key') ?? file.key,
    contact: withOwner(file.contact, stated.get('caller.owner')),
    blocked: isStated('caller.blocked', file.blocked),
    allowed: isStated('caller.allowed', file.allowed),
  }
}

function statedBy(
  caller: Exclude<Case['caller'], string | undefined>,
  { installation }: World,
): Map<string, FactValue> {
  const facts = Object.entries(caller)
  return new Map(facts.map(([key, value]) => [factName(key, installation), value]))
}

function fileNamed(name: string, world: World): CallerFile {
  const isUserId = indexOf(world).byUserId.has(name) || !canonicalPhone(name, world)
  return fileOf(isUserId ? { userId: name } : { phone: name }, world)
}

/** The caller of a case: nobody known, a seeded phone number or user id, or facts. */
export function caseCaller(caller: Case['caller'], world: World): CaseCaller {
  if (caller === undefined || typeof caller === 'string') {
    const file = caller === undefined ? strangerFile() : fileNamed(caller, world)
    return { file, stated: new Map([['caller.known', file.contact !== undefined]]) }
  }
  const stated = statedBy(caller, world)
  const file = fileOfStated(stated, world)
  // these two are told by the file, by its rules
  stated.delete('caller.blocked')
  stated.delete('caller.allowed')
  if (!stated.has('caller.known')) stated.set('caller.known', isSeeded(file, world))
  return { file, stated }
}

function isSeeded(file: CallerFile, world: World): boolean {
  return fileOf(file, world).contact !== undefined
}

/** Names in a case that are no facts of the installation: typing errors, which would change nothing. */
export function strayFacts(theCase: Case, installation: Installation): string[] {
  const { caller = {}, facts = {} } = theCase
  const ofCaller =
    typeof caller === 'string' ? [] : Object.keys(caller).map((key) => factName(key, installation))
  return [...ofCaller, ...Object.keys(facts)].filter((name) => !factSpec(name, installation))
}
