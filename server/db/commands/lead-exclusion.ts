import { phoneForms } from '../../phone.ts'
import type { Decision } from '../../schema/decision.ts'
import type { Db } from '../open.ts'
import type { CallRow } from '../tables.ts'

type Exclusion = CallRow['no_lead']

/** Whether a gate saw that the caller is blocked. */
export function sawBlocked({ facts }: Pick<Decision, 'facts'>): boolean {
  const fact = facts['caller.blocked']
  return fact !== undefined && 'value' in fact && fact.value === true
}

/** Why a decided call opens no silent lead. */
export function decidedExclusion(input: {
  /** The caller is blocked, whether or not a gate asked. */
  readonly callerBlocked: boolean
  readonly actions: readonly { readonly suppressed?: string }[]
}): Exclusion {
  if (input.callerBlocked) return 'blocked'
  return input.actions.some(({ suppressed }) => suppressed === 'silent') ? 'silent' : null
}

interface Caller {
  readonly personId: number | null
  readonly phone?: string | undefined
  readonly userId?: string | undefined
  /** ISO. */
  readonly arrivedAt: string
}

/** The same of a call that no policy decided: whether its caller is blocked is looked up here. */
export async function undecidedExclusion(trx: Db, caller: Caller): Promise<Exclusion> {
  const phones = caller.phone === undefined ? [] : phoneForms(caller.phone)
  const entries = phones.flatMap((phone) => [phone, phone.slice(1)])
  if (caller.userId !== undefined) entries.push(caller.userId)
  const listed =
    entries.length === 0
      ? undefined
      : await trx
          .selectFrom('list_entries')
          .select('entry')
          .where('list', '=', 'blocked')
          .where('entry', 'in', entries)
          .limit(1)
          .executeTakeFirst()
  if (listed) return 'blocked'
  if (caller.personId === null) return null
  const block = await trx
    .selectFrom('blocks')
    .select('id')
    .where('person_id', '=', caller.personId)
    .where('until', '>', caller.arrivedAt)
    .where('created_at', '<=', caller.arrivedAt)
    .limit(1)
    .executeTakeFirst()
  return block ? 'blocked' : null
}
