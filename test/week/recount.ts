import type { Ids, Week, WeekDelivery, WeekPerson } from './week.ts'
import type { LineId } from './world.ts'
import { lines, timeOf } from './world.ts'

/**
 * The week counted again, from nothing but its deliveries in the order they arrived: by plain replay,
 * without any of the server's code. What the rules say is written down here a second time.
 */

/** What a person's calls come to: one lead at most. */
export interface CountedLead {
  /** Every id this person was told by. */
  readonly ids: readonly string[]
  readonly state: 'open' | 'closed'
  readonly attempts: number
  /** Epoch seconds, as all times here. */
  readonly opened: number
  readonly last: number
  readonly closed: number | null
  readonly closedBy: string | null
  readonly why: string
  readonly whyText: string
  readonly node: string | null
  readonly line: LineId
  readonly score: number
  readonly reasons: readonly string[]
}

/** One call of the week. */
export interface CountedCall {
  readonly callId: string
  readonly person: WeekPerson
  readonly line: LineId
  readonly direction: 'inbound' | 'outbound'
  /** When it was first heard of: epoch milliseconds of a tick. */
  readonly arrived: number
  readonly offeredAt: number | null
  readonly endedAt: number | null
  readonly duration: number | null
  /** Null where no policy decided it. */
  readonly decision: Decision | null
  readonly undecided: 'stale' | 'ended_first' | null
  /** What became of the message that follows a reject; null where there is none. */
  readonly message: 'sent' | 'refused' | 'sent_recently' | 'daily_cap' | 'silent' | null
  /** When its link was opened, epoch milliseconds. */
  readonly linkOpened: number | null
  /** The time its message named, and the first word since: epoch seconds. */
  readonly promise: { readonly due: number; readonly kept: number | null } | null
  readonly isMiss: boolean
}

interface Decision {
  readonly policy: string
  readonly node: string
  readonly why: string
  readonly isSilent: boolean
}

export interface Counted {
  readonly leads: readonly CountedLead[]
  readonly calls: readonly CountedCall[]
}

type OpenCall = { -readonly [K in keyof CountedCall]: CountedCall[K] }

interface Word {
  readonly at: number
  readonly arrived: number
  readonly by: 'message' | 'voicemail' | 'connected' | 'callback'
  /** When it began to count for what we promised. */
  readonly since: number
}

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** Monday to Friday, nine to five, UTC. */
function isOpen(ms: number): boolean {
  const at = new Date(ms)
  const weekday = at.getUTCDay()
  return weekday >= 1 && weekday <= 5 && at.getUTCHours() >= 9 && at.getUTCHours() < 17
}

function nextOpening(ms: number): number {
  const at = new Date(ms)
  at.setUTCMinutes(0, 0, 0)
  do at.setTime(at.getTime() + hour * 1000)
  while (!isOpen(at.getTime()))
  return at.getTime() / 1000
}

function decide(person: WeekPerson, line: LineId, arrived: number): Decision {
  const no = (policy: string, node: string, why: string, isSilent = false): Decision => {
    return { policy, node, why, isSilent }
  }
  switch (line) {
    case lines.main:
      if (person.isBlocked) return no('week-main', 'bye', 'rule', true)
      if ((person.contact?.priority ?? 0) >= 80) return no('week-main', 'gold', 'rule')
      return isOpen(arrived)
        ? no('week-main', 'busy', 'nobody_free')
        : no('week-main', 'closed', 'closed')
    case lines.sales:
      return isOpen(arrived)
        ? no('week-sales', 'later', 'not_possible')
        : no('week-sales', 'closed', 'closed')
    case lines.quiet:
      return person.contact?.tier === 'spam'
        ? no('week-quiet', 'silence', 'rule', true)
        : no('week-quiet', 'form', 'rule')
    case lines.broken:
      return no('week-broken', 'fallback', 'failure')
  }
}

/** Who is who, as far as it has been told. */
class Groups {
  readonly #parent = new Map<string, string>()

  of(id: string): string {
    const parent = this.#parent.get(id) ?? id
    return parent === id ? id : this.of(parent)
  }

  join(ids: readonly string[]): string {
    const [first = '', ...rest] = ids
    for (const id of rest) this.#parent.set(this.of(id), this.of(first))
    for (const id of ids) if (!this.#parent.has(id)) this.#parent.set(id, this.of(id))
    return this.of(first)
  }

  get ids(): readonly string[] {
    return [...this.#parent.keys()]
  }
}

const idsIn = ({ phone, userId }: Ids): string[] => [phone ?? [], userId ?? []].flat()

/** Follow-ups to a person: at most one in ten minutes, three in a day; refused ones do not count. */
interface Sent {
  readonly id: string
  readonly at: number
  readonly isDone: boolean
}

function mayWrite(sent: readonly Sent[], now: number): 'sent' | 'sent_recently' | 'daily_cap' {
  const counting = sent.filter(({ isDone, at }) => isDone && at > now - day * 1000)
  if (counting.some(({ at }) => at > now - 10 * minute * 1000)) return 'sent_recently'
  return counting.length >= 3 ? 'daily_cap' : 'sent'
}

/** Reads the deliveries one after the other. */
class Replay {
  readonly calls = new Map<string, OpenCall>()
  readonly words = new Map<string, Word & { readonly id: string }>()
  readonly groups = new Groups()
  /** By any id of the person at that time. */
  readonly sent: Sent[] = []
  readonly #seen = new Set<string>()

  take(delivery: WeekDelivery): void {
    const { signal, ids, tick } = delivery
    const id = 'callId' in signal ? signal.callId : signal.id
    const all = signal.kind === 'renumbered' ? [...idsIn(ids), ...idsIn(signal.before)] : idsIn(ids)
    this.groups.join(all)
    const key = `${signal.kind}:${id}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    const arrived = timeOf(tick)
    if (signal.kind === 'offer') this.#offer(delivery, signal.callId, arrived)
    else if (signal.kind === 'end') this.#end(delivery, signal, arrived)
    else if (signal.kind !== 'renumbered') this.#word(delivery, id, arrived)
  }

  #new(delivery: WeekDelivery, callId: string, arrived: number): OpenCall {
    const { person, line } = delivery
    const call: OpenCall = {
      callId,
      person,
      line,
      direction: 'inbound',
      arrived,
      offeredAt: null,
      endedAt: null,
      duration: null,
      decision: null,
      undecided: null,
      message: null,
      linkOpened: null,
      promise: null,
      isMiss: false,
    }
    this.calls.set(callId, call)
    this.ids.set(callId, idsIn(delivery.ids))
    return call
  }

  /** Everything told of one call is about one person. */
  #sameCaller(callId: string, { ids }: WeekDelivery): void {
    const all = [...new Set([...(this.ids.get(callId) ?? []), ...idsIn(ids)])]
    this.ids.set(callId, all)
    this.groups.join(all)
  }

  /** The ids each call, and each word, was told with. */
  readonly ids = new Map<string, string[]>()

  #offer(delivery: WeekDelivery, callId: string, arrived: number): void {
    const known = this.calls.get(callId)
    const call = known ?? this.#new(delivery, callId, arrived)
    this.#sameCaller(callId, delivery)
    call.offeredAt = delivery.at
    if (known) call.undecided = 'ended_first'
    else if (arrived / 1000 - delivery.at > 10 * minute) call.undecided = 'stale'
    else this.#decided(call, delivery, arrived)
  }

  #decided(call: OpenCall, delivery: WeekDelivery, arrived: number): void {
    const { person, line } = delivery
    const decision = decide(person, line, arrived)
    call.decision = decision
    if (decision.isSilent) {
      call.message = 'silent'
      return
    }
    const [id = ''] = idsIn(delivery.ids)
    const group = this.groups.of(id)
    const before = this.sent.filter((sent) => this.groups.of(sent.id) === group)
    const may = mayWrite(before, arrived)
    call.message = may === 'sent' && person.isUnreachable ? 'refused' : may
    if (may !== 'sent') return
    this.sent.push({ id, at: arrived, isDone: !person.isUnreachable })
    const hasLink = decision.node === 'form' || (decision.node === 'closed' && line === lines.main)
    if (call.message === 'sent' && hasLink && person.opensLinks) call.linkOpened = arrived
    if (decision.node === 'closed' && line === lines.main)
      call.promise = { due: nextOpening(arrived), kept: null }
  }

  #end(
    delivery: WeekDelivery,
    { callId, direction, duration }: Extract<WeekDelivery['signal'], { kind: 'end' }>,
    arrived: number,
  ): void {
    const known = this.calls.get(callId)
    const call = known ?? this.#new(delivery, callId, arrived)
    this.#sameCaller(callId, delivery)
    call.direction = direction
    call.endedAt = delivery.at
    if (!known && direction === 'inbound') call.undecided = 'ended_first'
    if (duration === undefined) return
    call.duration = duration
    const by = direction === 'inbound' ? 'connected' : 'callback'
    const since = delivery.at - duration
    const word = { id: callId, at: delivery.at, arrived, by, since } as const
    this.words.set(`call:${callId}`, word)
  }

  #word({ signal, at, ids }: WeekDelivery, id: string, arrived: number): void {
    const by = signal.kind === 'voicemail' ? 'voicemail' : 'message'
    // a voicemail has the id of its call
    const key = by === 'voicemail' ? `voicemail:${id}` : id
    this.ids.set(key, idsIn(ids))
    this.words.set(key, { id: key, at, arrived, by, since: at })
  }
}

/** The words for why, once more. */
const whyTexts: Readonly<Record<string, string>> = {
  closed: 'we were closed',
  nobody_free: 'nobody was free',
  not_possible: 'what the policy chose could not be done here',
  failure: 'our own failure',
  stale: 'the call reached us too late',
}

export function whyOf(call: CountedCall): { why: string; whyText: string; node: string | null } {
  const node = call.decision?.node ?? null
  if (call.undecided === 'stale') return { why: 'stale', whyText: whyTexts['stale'] ?? '', node }
  if (call.decision) {
    const { why } = call.decision
    return { why, whyText: whyTexts[why] ?? `our rule "${call.decision.node}"`, node }
  }
  const rang = call.offeredAt === null || call.endedAt === null ? -1 : call.endedAt - call.offeredAt
  const within = rang < 0 ? '' : ` within ${rang} second${rang === 1 ? '' : 's'}`
  return { why: 'gave_up', whyText: `the caller gave up${within}`, node }
}

const missMoment = (call: CountedCall): number =>
  call.offeredAt ?? call.endedAt ?? Math.floor(call.arrived / 1000)

/** In plain words, rounded up. */
function spanWords(seconds: number): string {
  const [size, name] =
    seconds > day ? [day, 'day'] : seconds > hour ? [hour, 'hour'] : ([minute, 'minute'] as const)
  const count = Math.max(1, Math.ceil(seconds / size))
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

interface Run {
  readonly calls: readonly CountedCall[]
  readonly person: WeekPerson
  /** Follow-ups that were taken, epoch milliseconds. */
  readonly told: readonly number[]
  /** When links were opened, epoch milliseconds. */
  readonly opened: readonly number[]
}

/** Points and words of a lead, by the usual weights. */
function scoreOf({ calls, person, told, opened }: Run): { score: number; reasons: string[] } {
  const [first, last] = [calls[0], calls.at(-1)]
  if (!first || !last) return { score: 0, reasons: [] }
  const span = missMoment(last) - missMoment(first)
  const parts: [number, string][] = []
  if (calls.length === 1) parts.push([10, 'called once'])
  else {
    const again = Math.min(36, 12 * (calls.length - 1)) + (span <= 2 * hour ? 8 : 0)
    parts.push([10 + again, `called ${calls.length} times in ${spanWords(span)}`])
    if (told.some((at) => at >= first.arrived && at < last.arrived))
      parts.push([12, 'called again after our message'])
  }
  if (opened.some((at) => at >= first.arrived)) parts.push([15, 'opened our link'])
  const { contact } = person
  if (contact) {
    parts.push([4, 'in the address book'])
    const name = contact.priority >= 50 ? 'VIP priority' : 'priority'
    parts.push([(30 * contact.priority) / 100, `${name} ${contact.priority}`])
    if (contact.tier !== 'none') parts.push([10, `${contact.tier} customer`])
  }
  const counting = parts.filter(([points]) => points > 0)
  const score = counting.reduce((sum, [points]) => sum + points, 0)
  const reasons = counting.sort(([a], [b]) => b - a).map(([, reason]) => reason)
  return { score: Math.min(100, Math.round(score)), reasons }
}

interface Moment {
  readonly at: number
  readonly arrived: number
  readonly call?: CountedCall
  readonly word?: Word
}

/** A person's misses and words in the order of time: opened, closed and opened again. */
function replayLead(moments: readonly Moment[]) {
  let run: CountedCall[] = []
  let closed: Word | undefined
  for (const { call, word } of [...moments].sort((a, b) => a.at - b.at || a.arrived - b.arrived))
    if (word) closed ??= run.length > 0 ? word : undefined
    else if (call) {
      run = closed ? [call] : [...run, call]
      closed = undefined
    }
  return { run, closed }
}

const isLeadless = (call: CountedCall): boolean =>
  call.person.isBlocked || call.decision?.isSilent === true

function grouped<T>(items: Iterable<T>, groupOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groupOf(item)
    groups.set(group, [...(groups.get(group) ?? []), item])
  }
  return groups
}

/** Counts a week again; `week.deliveries` in the order of arrival. */
export function recount(week: Week): Counted {
  const replay = new Replay()
  for (const delivery of week.deliveries) replay.take(delivery)
  const groupOf = (id: string): string => replay.groups.of(replay.ids.get(id)?.[0] ?? id)
  const calls = [...replay.calls.values()]
  for (const call of calls)
    call.isMiss =
      call.direction === 'inbound' &&
      call.duration === null &&
      !isLeadless(call) &&
      (call.endedAt !== null || call.decision !== null || call.undecided !== null)
  const words = grouped(replay.words.values(), ({ id }) => groupOf(id))
  for (const call of calls) {
    if (!call.promise) continue
    const made = Math.floor(call.arrived / 1000)
    const kept = (words.get(groupOf(call.callId)) ?? [])
      .filter(({ by, since }) => by !== 'voicemail' && since >= made)
      .map(({ since }) => since)
    call.promise = { ...call.promise, kept: kept.length === 0 ? null : Math.min(...kept) }
  }
  const idsOf = grouped(replay.groups.ids, (id) => replay.groups.of(id))
  const sent = grouped(replay.sent, ({ id }) => replay.groups.of(id))
  const leads: CountedLead[] = []
  for (const [group, own] of grouped(calls, ({ callId }) => groupOf(callId))) {
    const misses = own.filter(({ isMiss }) => isMiss)
    const { run, closed } = replayLead([
      ...misses.map((call) => ({ at: missMoment(call), arrived: call.arrived, call })),
      ...(words.get(group) ?? []).map((word) => ({ at: word.at, arrived: word.arrived, word })),
    ])
    const [first, last] = [run[0], run.at(-1)]
    if (!first || !last) continue
    const told = (sent.get(group) ?? []).filter(({ isDone }) => isDone).map(({ at }) => at)
    const opened = own.flatMap(({ linkOpened }) => linkOpened ?? [])
    leads.push({
      ids: idsOf.get(group) ?? [group],
      state: closed ? 'closed' : 'open',
      attempts: run.length,
      opened: missMoment(first),
      last: missMoment(last),
      closed: closed?.at ?? null,
      closedBy: closed?.by ?? null,
      ...whyOf(last),
      line: last.line,
      ...scoreOf({ calls: run, person: last.person, told, opened }),
    })
  }
  return { leads, calls }
}
