import { createRandom } from './random.ts'
import type { Random } from './random.ts'
import { lines, ticksInAll, ticksOfWeek, timeOf } from './world.ts'
import type { LineId } from './world.ts'

/** Ids as the provider tells them: a number in E.164, a user id, or both. */
export interface Ids {
  readonly phone?: string
  readonly userId?: string
}

/** Somebody who calls during the week. */
export interface WeekPerson {
  readonly index: number
  readonly phone: string
  readonly userId: string
  /** What the provider tells of them. `mixed`: now this, now that, now both. */
  readonly tells: 'phone' | 'userId' | 'both' | 'mixed'
  readonly contact?: { readonly name: string; readonly priority: number; readonly tier: string }
  readonly isBlocked: boolean
  /** Messages to them are refused for good. */
  readonly isUnreachable: boolean
  readonly reads: boolean
  readonly opensLinks: boolean
}

export type WeekSignal =
  | { readonly kind: 'offer'; readonly callId: string }
  | {
      readonly kind: 'end'
      readonly callId: string
      readonly direction: 'inbound' | 'outbound'
      /** Seconds somebody talked; then it began so long before its end. */
      readonly duration?: number
    }
  | { readonly kind: 'message'; readonly id: string }
  | { readonly kind: 'voicemail'; readonly callId: string }
  | { readonly kind: 'renumbered'; readonly id: string; readonly before: Ids }

/** One thing the provider tells, at one instant; each may come twice. */
export interface WeekDelivery {
  readonly person: WeekPerson
  readonly line: LineId
  readonly ids: Ids
  /** Provider time, epoch seconds. */
  readonly at: number
  /** Where in the week it arrives. No two of one person share a tick. */
  readonly tick: number
  readonly signal: WeekSignal
}

export interface Week {
  readonly people: readonly WeekPerson[]
  /** In the order of arrival. */
  readonly deliveries: readonly WeekDelivery[]
  /** Calls, callbacks included. */
  readonly calls: number
}

const lineIds = [lines.main, lines.main, lines.sales, lines.quiet, lines.broken] as const
const tiers = ['none', 'silver', 'gold', 'spam'] as const

function newPerson(random: Random, index: number): WeekPerson {
  const isContact = random.chance(0.2)
  const isBlocked = !isContact && random.chance(0.03)
  const kind = random.pick(['phone', 'userId', 'both', 'both', 'mixed'] as const)
  const known = isContact || isBlocked
  const tells = known ? random.pick(['phone', 'both'] as const) : kind
  const tier = random.pick([...tiers])
  return {
    index,
    phone: `+4915${String(200_000_000 + index)}`,
    userId: `DE.week.${index}`,
    tells,
    ...(isContact && {
      contact: { name: `Contact ${index}`, priority: random.pick([0, 20, 55, 80, 100]), tier },
    }),
    isBlocked,
    isUnreachable: random.chance(0.05),
    reads: random.chance(0.6),
    opensLinks: random.chance(0.3),
  }
}

/** One person's story: what they do, and when each part of it arrives. */
class Story {
  readonly deliveries: WeekDelivery[] = []
  calls = 0
  readonly #random: Random
  readonly #person: WeekPerson
  readonly #taken = new Set<number>()
  #current: Required<Ids>

  constructor(random: Random, person: WeekPerson) {
    this.#random = random
    this.#person = person
    this.#current = { phone: person.phone, userId: person.userId }
  }

  #ids(): Ids {
    const { phone, userId } = this.#current
    const { tells } = this.#person
    const told = tells === 'mixed' ? this.#random.pick(['phone', 'userId', 'both']) : tells
    if (told === 'phone') return { phone }
    return told === 'userId' ? { userId } : { phone, userId }
  }

  /** The first tick from this one on at which nothing else of this person arrives. */
  #free(from: number): number | undefined {
    for (let tick = from; tick < ticksInAll; tick += 1) if (!this.#taken.has(tick)) return tick
    return undefined
  }

  /** @returns where it arrives; undefined when it is too late for that */
  #arrive(from: number, what: Omit<WeekDelivery, 'person' | 'tick' | 'ids'>): number | undefined {
    const tick = this.#free(from)
    if (tick === undefined) return undefined
    this.#taken.add(tick)
    const delivery = { ...what, person: this.#person, ids: this.#ids(), tick }
    this.deliveries.push(delivery)
    if (this.#random.chance(0.05)) this.#again(delivery)
    return tick
  }

  #again(delivery: WeekDelivery): void {
    const tick = this.#free(delivery.tick + this.#random.whole(1, 9))
    if (tick === undefined) return
    this.#taken.add(tick)
    this.deliveries.push({ ...delivery, tick })
  }

  #late(): number {
    return this.#random.chance(0.1) ? this.#random.whole(3, 30) : this.#random.whole(1, 2)
  }

  /** Does one thing from this tick on. @returns where the next may begin */
  act(from: number): number {
    const random = this.#random
    const dice = random.next()
    if (dice < 0.1) return this.#write(from)
    if (dice < 0.12 && this.#mayRenumber()) return this.#renumber(from)
    if (dice < 0.17) return this.#callback(from)
    return this.#call(from)
  }

  /** Once: a second change that is told before the first cannot be understood by anybody. */
  #mayRenumber(): boolean {
    const { tells, contact, isBlocked, phone } = this.#person
    return tells === 'both' && !contact && !isBlocked && this.#current.phone === phone
  }

  #secondBefore(tick: number, least: number, most: number): number {
    return Math.floor(timeOf(tick) / 1000) - this.#random.whole(least, most)
  }

  #write(from: number): number {
    const tick = this.#free(from) ?? from
    const id = `wamid.week.${this.#person.index}.${this.deliveries.length}`
    const at = this.#secondBefore(tick, 1, 600)
    this.#arrive(tick, { line: this.#line(), at, signal: { kind: 'message', id } })
    return tick + 1
  }

  #line(): LineId {
    return this.#random.pick([...lineIds])
  }

  #renumber(from: number): number {
    const tick = this.#free(from) ?? from
    const before = this.#current
    const id = `wamid.change.${this.#person.index}.${this.deliveries.length}`
    const serial = this.deliveries.length
    this.#current = {
      phone: `+4917${String(this.#person.index * 1000 + serial).padStart(9, '0')}`,
      userId: `${this.#person.userId}.${serial}`,
    }
    const at = this.#secondBefore(tick, 1, 600)
    this.#arrive(tick, { line: this.#line(), at, signal: { kind: 'renumbered', id, before } })
    return tick + 1
  }

  #newCall(): string {
    this.calls += 1
    return `wacid.week.${this.#person.index}.${this.calls}`
  }

  /** We call them; most pick up. */
  #callback(from: number): number {
    const tick = this.#free(from) ?? from
    const callId = this.#newCall()
    const at = this.#secondBefore(tick, 1, 300)
    const talked = this.#random.chance(0.7) ? { duration: this.#random.whole(5, 200) } : {}
    const signal = { kind: 'end', callId, direction: 'outbound', ...talked } as const
    this.#arrive(tick, { line: this.#line(), at, signal })
    return tick + 1
  }

  #call(from: number): number {
    const random = this.#random
    const tick = this.#free(from) ?? from
    const callId = this.#newCall()
    const line = this.#line()
    const at = this.#secondBefore(tick, 25, 40)
    const offer = { line, at, signal: { kind: 'offer', callId } } as const
    const ended = (seconds: number, duration?: number) => ({
      line,
      at: at + seconds,
      signal: {
        kind: 'end',
        callId,
        direction: 'inbound',
        ...(duration === undefined ? {} : { duration }),
      } as const,
    })
    const dice = random.next()
    if (dice < 0.06) {
      // hung up before the offer reached us
      this.#arrive(tick, ended(random.whole(1, 20)))
      this.#arrive(tick + this.#late(), offer)
    } else if (dice < 0.08) this.#arrive(tick, ended(random.whole(1, 20)))
    else if (dice < 0.13) {
      // the offer comes far too late
      this.#arrive(tick + random.whole(1, 25), offer)
      if (random.chance(0.5)) this.#arrive(tick + this.#late(), ended(random.whole(1, 60)))
    } else {
      this.#arrive(tick, offer)
      const talked = random.chance(0.1) ? random.whole(5, 300) : undefined
      const seconds = (talked ?? 0) + random.whole(3, 45)
      if (talked !== undefined || random.chance(0.9))
        this.#arrive(tick + this.#late(), ended(seconds, talked))
      if (talked === undefined && random.chance(0.05))
        this.#arrive(tick + this.#late(), {
          line,
          at: at + seconds + random.whole(5, 60),
          signal: { kind: 'voicemail', callId },
        })
    }
    return tick + 1
  }
}

/** Not everybody calls as often; some never stop. */
const actsOf = (random: Random): number =>
  random.chance(0.02) ? random.whole(20, 40) : random.whole(1, random.pick([2, 4, 8]))

function storyOf(random: Random, person: WeekPerson): Story {
  const story = new Story(random, person)
  let from = random.whole(1, ticksOfWeek - 30)
  for (let acts = actsOf(random); acts > 0 && from < ticksOfWeek; acts -= 1)
    // again soon, or another day
    from = story.act(from) + (random.chance(0.6) ? random.whole(0, 4) : random.whole(5, 70))
  return story
}

const byArrival = (a: WeekDelivery, b: WeekDelivery): number =>
  a.tick - b.tick || a.person.index - b.person.index

/** A week of at least so many calls with every kind of miss, the same for the same seed. */
export function makeWeek({ seed, calls }: { seed: number; calls: number }): Week {
  const random = createRandom(seed)
  const people: WeekPerson[] = []
  const deliveries: WeekDelivery[] = []
  let count = 0
  while (count < calls) {
    const person = newPerson(random, people.length)
    const story = storyOf(random, person)
    people.push(person)
    deliveries.push(...story.deliveries)
    count += story.calls
  }
  return { people, deliveries: deliveries.sort(byArrival), calls: count }
}

/**
 * The same week in another order. Offers in time stay where they are, as one that comes late is another
 * thing; all else arrives at any later time, in any order: ends before offers, old messages after new
 * calls, a changed number long after calls from it.
 */
export function shuffleWeek(week: Week, seed: number): Week {
  const random = createRandom(seed)
  const taken = new Set<string>()
  const place = (index: number, tick: number) => `${index}:${tick}`
  const isInTime = ({ signal, at, tick }: WeekDelivery): boolean =>
    signal.kind === 'offer' && timeOf(tick) / 1000 - at < 60
  const fixed = week.deliveries.filter(isInTime)
  for (const { person, tick } of fixed) taken.add(place(person.index, tick))
  const moved = week.deliveries
    .filter((delivery) => !isInTime(delivery))
    .map((delivery) => {
      const { person, signal, at } = delivery
      // what comes late stays late: an offer by more than clocks may differ
      const grace = signal.kind === 'offer' ? 20 * 60 : 1
      let first = 0
      while (timeOf(first) / 1000 - at < grace) first += 1
      let tick = random.whole(first, ticksInAll - 1)
      while (taken.has(place(person.index, tick))) tick = tick >= ticksInAll - 1 ? first : tick + 1
      taken.add(place(person.index, tick))
      return { ...delivery, tick }
    })
  return { ...week, deliveries: [...fixed, ...moved].sort(byArrival) }
}
