import type { LineScope } from './access/scope.ts'
import { isInScope } from './access/scope.ts'
import type { Db } from './db/open.ts'
import type { OpenVerificationInput } from './db/commands/verifications.ts'
import { GatekeeperError } from './errors.ts'
import { readCaller } from './facts/caller.ts'
import { identify } from './facts/identity.ts'
import { memoryFacts, zoneOfFact } from './policy/memory-facts.ts'
import { renderMessage } from './policy/render.ts'
import { validate } from './policy/validate/validate.ts'
import type { Installation } from './schema/installation.ts'
import type { Message } from './schema/message.ts'
import type { Policy } from './schema/policy.ts'
import type { Line } from './schema/seeds.ts'

/** What a person is asked, through which line. */
export interface MessageWanted {
  readonly ref: string
  readonly phone: string | undefined
  readonly userId: string | undefined
  readonly message: Message
  /** Id of a line; the first one of WhatsApp when left out. */
  readonly line: string | undefined
  /** The lines of whoever asks; a line of another team is not there. */
  readonly scope: LineScope | undefined
  /** Epoch ms. */
  readonly now: number
}

/** A message is checked as the one of a policy's reject is. */
function checkMessage(message: Message, installation: Installation, at: number): void {
  const reject = { kind: 'reject', message } as const
  const policy: Policy = {
    schema: 1,
    id: 'verification',
    name: 'Verification',
    numbers: [],
    budgetMs: 150,
    start: 'message',
    fallback: reject,
    nodes: { message: reject },
  }
  const problems = validate(policy, { installation, at, exhaustiveLimit: 0 }).filter(
    ({ severity, node }) => severity === 'error' && node === 'message',
  )
  const [first] = problems
  if (!first) return
  const details = { problems: problems.map(({ code, message, hint }) => ({ code, message, hint })) }
  throw new GatekeeperError('bad_request', `message: ${first.message}`, { details })
}

function lineOf(id: string | undefined, lines: readonly Line[]): Line {
  const found =
    id === undefined
      ? lines.find(({ channel }) => channel === 'whatsapp')
      : lines.find((one) => one.id === id)
  if (found) return found
  throw new GatekeeperError(
    'bad_request',
    id === undefined ? 'there is no WhatsApp line: name one as `line`' : 'there is no such line',
  )
}

/**
 * Fills the message for the person it goes to, in their language.
 * @throws GatekeeperError `bad_request` for a message that cannot be sent, or a line that is not there
 */
export async function verificationMessage(
  { db, installation }: { db: Db; installation: Installation },
  wanted: MessageWanted,
): Promise<NonNullable<OpenVerificationInput['message']>> {
  const { ref, phone, userId, message, now } = wanted
  checkMessage(message, installation, now)
  const own = installation.lines.filter((one) => isInScope(wanted.scope, one.id))
  const line = lineOf(wanted.line, own)
  const call = { ref, line: line.id, media: 'voice', at: now } as const
  const identity = await identify(db, {
    ...(phone === undefined ? {} : { phone }),
    ...(userId === undefined ? {} : { userId }),
  })
  const caller = await readCaller(db, identity, call)
  const fact = memoryFacts({ call, caller, installation, velocity: () => 0, msNow: () => 0 })
  const rendered = renderMessage(message, {
    fact,
    callRef: ref,
    installation,
    zoneOf: (name) => zoneOfFact(name, caller, installation),
  })
  return {
    to: {
      ...(identity.phone === undefined ? {} : { phone: identity.phone }),
      ...(identity.userId === undefined ? {} : { userId: identity.userId }),
    },
    channel: line.channel,
    line: line.id,
    rendered: { ...rendered, important: true },
    optedOut: caller.contact?.optedOut === true,
  }
}
