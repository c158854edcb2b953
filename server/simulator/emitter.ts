import type { Delivery, Deliverer } from './deliver.ts'
import { encodeBody } from './deliver.ts'
import type { Clock, Pending } from './clock.ts'
import type { FaultBook } from './faults.ts'
import type { Switches } from './switches.ts'
import type { Change } from './webhooks.ts'
import type { Account } from './world.ts'

type Fields = Record<string, unknown>

interface Parts {
  readonly account: Account
  readonly switches: Switches
  readonly clock: Clock
  readonly faults: FaultBook
  readonly pending: Pending
  readonly deliverer: Deliverer
}

interface Waiting {
  change: Change
  tell: (delivery: Delivery) => void
}

const nothing: Delivery = { answered: Promise.resolve(0), settled: Promise.resolve(0) }
/** A change of a field that no documentation has. */
const unknownChange: Change = {
  field: 'x_future_field',
  value: { messaging_product: 'whatsapp', anything: true },
  subject: 'unknown',
}
const listKeys = ['contacts', 'calls', 'statuses', 'messages', 'errors'] as const

/** Puts changes into envelopes and hands them to delivery, alone or in batches. */
export class Emitter {
  readonly #parts: Parts
  #batch: Waiting[] = []

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Sends a change, unless the app is not subscribed to its field. */
  emit(change: Change): Delivery {
    const { account, faults } = this.#parts
    if (!account.subscription.fields.includes(change.field)) return nothing
    if (faults.fires('batch')) return this.#enqueue(change)
    if (!faults.fires('unknownFields')) return this.#send([change])
    addUnknownFields(change)
    return this.#send([change, unknownChange])
  }

  /** Sends it after so many seconds; counts as under way until then. */
  async emitAfter(seconds: number, make: () => Change): Promise<Delivery> {
    const { clock, pending } = this.#parts
    pending.begin()
    await clock.sleep(seconds)
    const delivery = this.emit(make())
    pending.end()
    return delivery
  }

  #enqueue(change: Change): Delivery {
    const { clock, pending, switches } = this.#parts
    if (this.#batch.length === 0) {
      pending.begin()
      void clock.sleep(switches.batchSeconds).then(() => {
        const batch = this.#batch
        this.#batch = []
        const delivery = this.#send(batch.map((waiting) => waiting.change))
        for (const { tell } of batch) tell(delivery)
        pending.end()
      })
    }
    const sent = new Promise<Delivery>((resolve) => this.#batch.push({ change, tell: resolve }))
    return {
      answered: sent.then((delivery) => delivery.answered),
      settled: sent.then((delivery) => delivery.settled),
    }
  }

  #send(changes: readonly Change[]): Delivery {
    const { account, switches, faults, clock, deliverer } = this.#parts
    const envelope: Fields = {
      object: 'whatsapp_business_account',
      entry: entriesOf(changes, account.wabaId, switches.batchShape),
    }
    if (faults.fires('hugeBody')) envelope['padding'] = 'x'.repeat(switches.hugeBodyBytes)
    const isAccount = changes.every((change) => change.field === 'account_update')
    const isWrapped = isAccount && faults.fires('wrappedAccountUpdate')
    const isAboutCalls = changes.some((change) => change.field === 'calls')
    const { retryCallsForSeconds, retryOthersForSeconds } = clock.timing
    return deliverer.send({
      raw: encodeBody(isWrapped ? [envelope] : envelope, switches.escapedUnicode),
      subject: changes.map((change) => change.subject).join('+'),
      callId: changes[0]?.callId,
      retryForSeconds: isAboutCalls ? retryCallsForSeconds : retryOthersForSeconds,
    })
  }
}

const changeOf = (change: Change): Fields => ({ field: change.field, value: change.value })

const entryOf = (change: Change, wabaId: string, changes: unknown[]): Fields => ({
  id: change.entryId ?? wabaId,
  ...(change.entryTime === undefined ? {} : { time: change.entryTime }),
  changes,
})

/** Account changes keep an entry of their own; others share as the shape says. */
function entriesOf(
  changes: readonly Change[],
  wabaId: string,
  shape: Switches['batchShape'],
): Fields[] {
  const own = changes.filter((change) => shape === 'entries' || change.entryId !== undefined)
  const shared = changes.filter((change) => !own.includes(change))
  const merged = shape === 'items' ? mergeItems(shared) : shared
  const [first] = merged
  return [
    ...(first ? [entryOf(first, wabaId, merged.map(changeOf))] : []),
    ...own.map((change) => entryOf(change, wabaId, [changeOf(change)])),
  ]
}

/** Changes of the same field and line become one, their lists joined. */
function mergeItems(changes: readonly Change[]): Change[] {
  const merged = new Map<string, Change>()
  for (const change of changes) {
    const key = `${change.field} ${JSON.stringify(change.value['metadata'])}`
    const into = merged.get(key)
    merged.set(key, into ? { ...into, value: joinLists(into.value, change.value) } : change)
  }
  return [...merged.values()]
}

function joinLists(into: Fields, from: Fields): Fields {
  const joined: Fields = { ...into }
  for (const key of listKeys) {
    const [a, b] = [into[key], from[key]]
    if (Array.isArray(b)) joined[key] = Array.isArray(a) ? [...a, ...b] : b
  }
  return joined
}

/** Fields that no documentation has, at every level. */
function addUnknownFields(change: Change): void {
  change.value['x_future'] = { nested: [1, { deep: null }], text: '✨' }
  for (const key of listKeys) {
    const list = change.value[key]
    if (!Array.isArray(list)) continue
    for (const item of list) if (typeof item === 'object' && item !== null) item.x_future = true
  }
}
