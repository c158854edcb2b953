import { randomInt } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { Clock, Pending, usualTiming } from './clock.ts'
import { Deliverer } from './deliver.ts'
import { Emitter } from './emitter.ts'
import { FaultBook } from './faults.ts'
import { Log } from './log.ts'
import { MediaStore } from './media-store.ts'
import type { SimulatorOptions } from './options.ts'
import { lineOf } from './options.ts'
import { People } from './people.ts'
import { seededRandom } from './random.ts'
import { usualSwitches } from './switches.ts'
import type { Account, World } from './world.ts'

const usualFields = ['calls', 'messages', 'account_update', 'account_settings_update']

function accountOf(options: SimulatorOptions): Account {
  return {
    wabaId: options.wabaId ?? '102290129340398',
    appId: options.appId ?? '670843887433847',
    appSecret: options.appSecret,
    accessToken: options.accessToken,
    displayName: 'Simulated App',
    subscription: {
      url: options.webhookUrl,
      verifyToken: options.verifyToken ?? 'simulated-verify-token',
      fields: [...(options.subscribedFields ?? usualFields)],
    },
    templates: options.templates ? [...options.templates] : undefined,
    tokenExpiresAt: 0,
    scopes: ['whatsapp_business_management', 'whatsapp_business_messaging'],
  }
}

/** Wires everything on Meta's side; nothing runs yet but what `deliverer` is asked to send. */
export function createWorld(options: SimulatorOptions): { world: World; deliverer: Deliverer } {
  const switches = { ...usualSwitches, ...options.switches }
  const clock = new Clock({ ...usualTiming, ...options.time }, () => switches.clockSkewSeconds)
  const random = seededRandom(options.seed ?? randomInt(2 ** 32))
  const account = accountOf(options)
  const log = new Log(options.keepLog ?? 10_000)
  const faults = new FaultBook(random, options.faults)
  const pending = new Pending()
  const parts = { account, switches, clock, random, log, faults, pending }
  const deliverer = new Deliverer(parts)
  const world: World = {
    ...parts,
    people: new People(options.keepPeople ?? 20_000),
    lines: new Map(options.lines.map((line) => [line.id, lineOf(line)])),
    activeCalls: new Map(),
    activePairs: new Map(),
    endedCalls: new LRUCache({ max: options.keepCalls ?? 2_000 }),
    media: new MediaStore(random),
    emitter: new Emitter({ ...parts, deliverer }),
    url: '',
  }
  return { world, deliverer }
}
