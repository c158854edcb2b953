import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** What a person got from the business, as they see it. */
export interface ReceivedMessage {
  id: string
  line: string
  type: string
  /** The text of a text, the body of an interactive one, the name of a template. */
  text?: string
  /** The whole request body. */
  content: Readonly<Record<string, unknown>>
  /** Milliseconds on Meta's clock. */
  at: number
}

/** A person's right to be called by one line. */
export interface Permission {
  status: 'no_permission' | 'temporary' | 'permanent'
  /** Unix seconds. */
  expiresAt?: number
}

/** What is between one person and one line. Times are milliseconds on Meta's clock. */
export interface Standing {
  windowUntil: number
  messagedAt: number
  permission: Permission
  /** The newest permission request, and when requests went out. */
  requestId?: string
  requests: number[]
  connectedCalls: number[]
  unanswered: number
  pairTokens: number
  pairAt: number
}

export interface Person {
  /** Digits; absent for one who is only known by a user id. */
  phone?: string
  userId: string
  username?: string
  name: string
  country: string
  readonly standings: Map<string, Standing>
  readonly inbox: ReceivedMessage[]
}

/** How a caller is described: at least one of `from` and `userId`. */
export interface PersonOptions {
  /** Phone number, `+` and spaces allowed. */
  from?: string
  userId?: string
  username?: string
  name?: string
}

/** Digits of a phone number, as Meta spells them. */
export const digitsOf = (phone: string): string => phone.replace(/\D/g, '')

/** Spellings under which WhatsApp finds the same subscriber in Brazil, Mexico and Argentina. */
function spellings(digits: string): string[] {
  const rules: [RegExp, string][] = [
    [/^(55\d{2})9(\d{8})$/, '$1$2'],
    [/^(55\d{2})(\d{8})$/, '$19$2'],
    [/^521(\d{10})$/, '52$1'],
    [/^52(\d{10})$/, '521$1'],
    [/^549(\d{10})$/, '54$1'],
    [/^54(\d{10})$/, '549$1'],
  ]
  const other = rules.find(([form]) => form.test(digits))
  return other ? [digits, digits.replace(other[0], other[1])] : [digits]
}

/** A stable business-scoped user id for a phone number (whatsapp-calling.md 2.8). */
export function userIdOf(digits: string, country: string): string {
  const hash = createHash('sha256').update(digits).digest()
  const number = hash.readBigUInt64BE(0).toString().padStart(20, '1')
  return `${country}.${number}`
}

const freshStanding = (pairBurst: number): Standing => ({
  windowUntil: 0,
  messagedAt: 0,
  permission: { status: 'no_permission' },
  requests: [],
  connectedCalls: [],
  unanswered: 0,
  pairTokens: pairBurst,
  pairAt: 0,
})

/** WhatsApp's users, as far as they met this business; the least recently seen are forgotten. */
export class People {
  readonly #byUserId: LRUCache<string, Person>
  readonly #byPhone: LRUCache<string, string>

  constructor(max: number) {
    this.#byUserId = new LRUCache({ max })
    this.#byPhone = new LRUCache({ max })
  }

  find(to: { phone?: string; userId?: string }): Person | undefined {
    if (to.phone === undefined) return to.userId ? this.#byUserId.get(to.userId) : undefined
    for (const digits of spellings(digitsOf(to.phone))) {
      const userId = this.#byPhone.get(digits)
      const person = userId === undefined ? undefined : this.#byUserId.get(userId)
      if (person) return person
    }
    return undefined
  }

  /** The person of that phone or user id, met now if never before. */
  meet(options: PersonOptions): Person {
    const phone = options.from === undefined ? undefined : digitsOf(options.from)
    const known = this.find({ phone }) ?? this.find({ userId: options.userId })
    const person = known ?? this.#create(phone, options.userId)
    if (options.userId !== undefined && options.userId !== person.userId) {
      this.#byUserId.delete(person.userId)
      person.userId = options.userId
      this.#byUserId.set(person.userId, person)
    }
    person.phone = person.phone ?? phone
    person.username = options.username ?? person.username
    person.name = options.name ?? person.name
    if (person.phone !== undefined) this.#byPhone.set(person.phone, person.userId)
    return person
  }

  /** Gives a person a new number and, as Meta does then, a new user id. */
  renumber(person: Person, to: string): { previousUserId: string } {
    const previousUserId = person.userId
    this.#byUserId.delete(previousUserId)
    if (person.phone !== undefined) this.#byPhone.delete(person.phone)
    person.phone = digitsOf(to)
    person.userId = userIdOf(person.phone, person.country)
    this.#byUserId.set(person.userId, person)
    this.#byPhone.set(person.phone, person.userId)
    return { previousUserId }
  }

  #create(phone: string | undefined, userId: string | undefined): Person {
    const parsed = phone === undefined ? undefined : parsePhoneNumberFromString(`+${phone}`)
    const likely = parsed?.country ?? parsed?.getPossibleCountries()[0]
    const country = likely ?? userId?.slice(0, 2) ?? 'US'
    const person: Person = {
      phone,
      userId: userId ?? userIdOf(phone ?? '', country),
      name: 'WhatsApp user',
      country,
      standings: new Map(),
      inbox: [],
    }
    this.#byUserId.set(person.userId, person)
    return person
  }
}

/** The standing between a person and a line, made when first needed. */
export function standingOf(person: Person, line: string, pairBurst: number): Standing {
  const known = person.standings.get(line)
  if (known) return known
  const fresh = freshStanding(pairBurst)
  person.standings.set(line, fresh)
  return fresh
}
