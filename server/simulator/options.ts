import type { Timing } from './clock.ts'
import type { Faults } from './faults.ts'
import type { CallingSettings } from './settings.ts'
import type { Switches } from './switches.ts'
import type { Line, Template } from './world.ts'

/** A business number of the account. */
export interface LineOptions {
  /** Phone-number id. */
  id: string
  /** As shown to people, e.g. `+44 20 7946 0000`. */
  display: string
  verifiedName?: string
  /** Calling settings at the start; `{}` is a number on which calling was never set up. ENABLED unless told. */
  calling?: CallingSettings
  messagingLimit?: number
  isTestNumber?: boolean
}

export interface SimulatorOptions {
  /** 0, the default, takes any free port. */
  port?: number
  host?: '127.0.0.1'
  /** Answers what is no request to Graph (a control panel, say) on the same port; undefined passes on. */
  aside?: (request: Request) => Promise<Response> | undefined
  appSecret: string
  accessToken: string
  /** Where webhooks go. */
  webhookUrl: string
  verifyToken?: string
  lines: readonly LineOptions[]
  wabaId?: string
  appId?: string
  /** Webhook fields the app is subscribed to; others are not sent. */
  subscribedFields?: readonly string[]
  /** Approved templates; absent, every template exists. */
  templates?: readonly Template[]
  switches?: Partial<Switches>
  /** Chances of faults. */
  faults?: Partial<Faults>
  time?: Partial<Timing>
  /** Makes ids and faults the same in every run; random unless told. */
  seed?: number
  /** Events kept in the log; counters are kept of all. */
  keepLog?: number
  /** People and ended calls remembered. */
  keepPeople?: number
  keepCalls?: number
}

/** A line from its options. */
export function lineOf(options: LineOptions): Line {
  return {
    id: options.id,
    display: options.display,
    digits: options.display.replace(/\D/g, ''),
    verifiedName: options.verifiedName ?? 'Simulated Business',
    qualityRating: 'GREEN',
    messagingLimit: options.messagingLimit ?? 2000,
    isTestNumber: options.isTestNumber ?? false,
    calling: options.calling ?? { status: 'ENABLED' },
    restrictions: [],
    blocked: new Map(),
    throughput: { second: 0, count: 0 },
  }
}
