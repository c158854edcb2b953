import type { Clock } from '../clock.ts'
import { toIso } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { GatekeeperError } from '../errors.ts'
import { contactOf } from '../facts/contact-row.ts'
import { identify } from '../facts/identity.ts'
import { countryOf, normalisePhone, phoneForms } from '../phone.ts'
import { compile } from '../policy/compile.ts'
import type { DecidedCase, World } from '../policy/simulate.ts'
import { decideCase } from '../policy/simulate.ts'
import type { Case } from '../schema/cases.ts'
import type { Installation } from '../schema/installation.ts'
import type { RenderedMessage } from '../schema/message.ts'
import type { Party } from '../schema/signal.ts'
import type { Assessed } from './read-document.ts'

/** A case without what it expects; without `at`, now. */
export type SimulatedCase = Partial<Pick<Case, 'at' | 'call' | 'caller' | 'facts'>>

export interface SimulateDeps {
  readonly db: Db
  readonly installation: { current(): Installation }
  readonly clock: Clock
}

/** A decision as `/api/calls/:id/decision` shows it, as far as nothing was done. */
export interface Simulated extends Pick<
  DecidedCase['walked'],
  'node' | 'path' | 'facts' | 'unknown' | 'fallback' | 'effects' | 'trace'
> {
  readonly at: string
  readonly policy: string
  readonly outcome: DecidedCase['walked']['outcome']['kind']
  readonly message: RenderedMessage | null
}

function partyOf(caller: Case['caller']): Party {
  if (caller === undefined) return {}
  if (typeof caller === 'string') {
    const phone = normalisePhone(caller)
    return phone === undefined ? { userId: caller } : { phone }
  }
  const text = (name: string): string | undefined => {
    const value = caller[`caller.${name}`] ?? caller[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const phone = text('phone')
  return {
    userId: text('userId'),
    phone: phone === undefined ? undefined : (normalisePhone(phone) ?? phone),
  }
}

/** The part of the address book and of the lists that is about this caller. */
async function worldOf(deps: SimulateDeps, caller: Case['caller']): Promise<World> {
  const { contact, phones, userId } = await identify(deps.db, partyOf(caller))
  const ids = [...phones, ...(userId === undefined ? [] : [userId])]
  const entries =
    ids.length === 0
      ? []
      : await deps.db
          .selectFrom('list_entries')
          .select(['list', 'entry'])
          .where('entry', 'in', ids)
          .execute()
  const listed = (list: 'blocked' | 'allowed') =>
    entries.filter((row) => row.list === list).map((row) => row.entry)
  return {
    installation: deps.installation.current(),
    contacts: contact ? [contactOf(contact)] : [],
    lists: { blocked: listed('blocked'), allowed: listed('allowed') },
    phoneForms,
    countryOf,
  }
}

/**
 * Decides a case by a document with the engine of live calls; nothing is stored or sent.
 * A number that another policy claims does not matter here.
 * @throws GatekeeperError `invalid_policy`, with the problems, for a document that cannot be walked
 */
export async function simulate(
  deps: SimulateDeps,
  assessed: Assessed,
  theCase: SimulatedCase,
): Promise<Simulated> {
  const { policy, problems } = assessed
  const errors = problems.filter(
    ({ severity, code }) => severity === 'error' && code !== 'number_claimed',
  )
  if (!policy || errors.length > 0)
    throw new GatekeeperError('invalid_policy', 'a policy with errors cannot be tried', {
      details: { problems },
    })
  const at = theCase.at ?? toIso(deps.clock.now())
  const world = await worldOf(deps, theCase.caller)
  const compiled = compile(policy, world.installation)
  const { walked, message } = decideCase(
    compiled,
    { ...theCase, name: 'simulation', at, expect: { outcome: 'reject' } },
    world,
  )
  const { node, path, facts, unknown, fallback, effects, trace, outcome } = walked
  return {
    at,
    policy: policy.id,
    outcome: outcome.kind,
    node,
    path,
    facts,
    unknown,
    fallback,
    effects,
    trace,
    message: message ?? null,
  }
}
