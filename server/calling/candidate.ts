import type { LineScope } from '../access/scope.ts'
import { isInScope } from '../access/scope.ts'
import type { Db } from '../db/open.ts'
import { GatekeeperError } from '../errors.ts'
import { readCaller } from '../facts/caller.ts'
import { identify } from '../facts/identity.ts'
import { normalisePhone } from '../phone.ts'
import type { Whom } from '../schema/calling.ts'
import type { Installation } from '../schema/installation.ts'
import type { Line } from '../schema/seeds.ts'
import type { Party } from '../schema/signal.ts'
import type { Candidate } from './eligibility.ts'

export interface CandidateDeps {
  readonly db: Db
  readonly installation: Installation
  /** The lines of whoever asks. */
  readonly scope: LineScope | undefined
  /** Epoch ms. */
  readonly now: number
}

const nobody = () => new GatekeeperError('not_found', 'there is no such person')
/** Lines of so many of the last calls are looked at. */
const mostCalls = 50

interface Found {
  readonly party: Party
  /** The line they called last, of those in scope. */
  readonly line: string | undefined
}

async function findPerson({ db, scope }: CandidateDeps, id: number): Promise<Found> {
  const person = await db
    .selectFrom('people')
    .select(['phone', 'user_id', 'erased_at'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!person || person.erased_at !== null) throw nobody()
  const calls = await db
    .selectFrom('calls')
    .select('line')
    .where('person_id', '=', id)
    .orderBy('arrived_at', 'desc')
    .limit(mostCalls)
    .execute()
  const line = calls.find((call) => isInScope(scope, call.line))?.line
  if (scope !== undefined && line === undefined) throw nobody()
  const { phone, user_id: userId } = person
  return { party: { ...(phone !== null && { phone }), ...(userId !== null && { userId }) }, line }
}

function partyOf(text: string): Party {
  const phone = normalisePhone(text)
  if (phone !== undefined) return { phone }
  throw new GatekeeperError('bad_request', 'phone_number: not a phone number')
}

function lineOf(
  { installation, scope }: CandidateDeps,
  wanted: string | undefined,
  last: string | undefined,
): Line {
  const own = installation.lines.filter(({ id }) => isInScope(scope, id))
  const named = (id: string | undefined) => own.find((line) => line.id === id)
  const found = wanted === undefined ? named(last) : named(wanted)
  const line = found ?? (wanted === undefined && own.find((one) => one.channel === 'whatsapp'))
  if (line) return line
  throw new GatekeeperError(
    'bad_request',
    wanted === undefined
      ? 'there is no WhatsApp line: name one as `line`'
      : 'there is no such line',
  )
}

/**
 * Who is to be called, from which line, by whom.
 * @throws GatekeeperError `not_found` for a person of another team, `bad_request` for a line that is not there
 */
export async function findCandidate(deps: CandidateDeps, whom: Whom): Promise<Candidate> {
  const { db, installation, now } = deps
  const { contact_id, phone_number = '' } = whom
  const found: Found =
    contact_id === undefined
      ? { party: partyOf(phone_number), line: undefined }
      : await findPerson(deps, contact_id)
  const line = lineOf(deps, whom.line, found.line)
  const identity = await identify(db, found.party)
  const call = { ref: '', line: line.id, media: 'voice', at: now } as const
  const { blocked } = await readCaller(db, identity, call)
  const { phone, userId, contact } = identity
  const agents = installation.agents.filter(({ teams }) => teams.includes(line.team))
  return { phone, userId, contact, blocked, line, agents }
}
