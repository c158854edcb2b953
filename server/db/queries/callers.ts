import { sql } from 'kysely'
import type { CallerChoice } from '../../schema/callers.ts'
import type { Db } from '../open.ts'

const mostFound = 30

/** A text that stands for itself in LIKE. */
const literal = (text: string): string => text.replace(/[\\%_]/g, (sign) => `\\${sign}`)

/** Contacts by a part of their name or number, or by user id; the most important first. */
export async function findCallers(db: Db, { query }: { query: string }): Promise<CallerChoice[]> {
  const digits = query.replace(/\D/g, '')
  const isNumber = digits.length >= 3 && /^[+\d\s().-]+$/.test(query)
  const [column, text] = isNumber ? ['phone', digits] : ['name', query]
  const rows = await db
    .selectFrom('contacts')
    .select(['phone', 'user_id', 'name', 'tier', 'priority'])
    .where((eb) =>
      eb.or([
        eb('user_id', '=', query),
        sql<boolean>`${sql.ref(column)} like ${`%${literal(text)}%`} escape '\\'`,
        ...(query === '' ? [eb.lit(true)] : []),
      ]),
    )
    .orderBy('priority', 'desc')
    .orderBy('name')
    .limit(mostFound)
    .execute()
  return rows.flatMap(({ phone, user_id, name, tier, priority }) => {
    const caller = phone ?? user_id
    return caller === null ? [] : [{ caller, name, phone, tier, priority }]
  })
}
