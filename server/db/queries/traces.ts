import { sql } from 'kysely'
import type { Db } from '../open.ts'

/** Texts of one table; a table without a rowid is looked at whole. */
export interface TextTable {
  readonly table: string
  readonly columns: readonly string[]
  readonly hasRowid: boolean
}

/** All tables with text in them, whatever they are. */
export async function textTables(db: Db, _input: undefined): Promise<TextTable[]> {
  const { rows } = await sql<{ table: string; column: string; wr: number }>`
    select list.name as "table", info.name as "column", list.wr
    from pragma_table_list() as list, pragma_table_info(list.name) as info
    where list.schema = 'main' and list.type = 'table' and list.name not like 'sqlite%'
      and list.name not like 'kysely%' and lower(info.type) = 'text'
    order by list.name, info.cid`.execute(db)
  const tables = new Map<string, { columns: string[]; hasRowid: boolean }>()
  for (const { table, column, wr } of rows) {
    const known = tables.get(table) ?? { columns: [], hasRowid: wr === 0 }
    known.columns.push(column)
    tables.set(table, known)
  }
  return [...tables].map(([table, part]) => ({ table, ...part }))
}

/** Rows of one part of a table that hold one of these texts. */
export async function tracesIn(
  db: Db,
  input: TextTable & { needles: readonly string[]; after: number; limit: number },
): Promise<{ ids: number[]; last: number; isDone: boolean }> {
  const { table, columns, needles, after, limit, hasRowid } = input
  const texts = columns.map((column) => sql.ref(column))
  const found = needles.flatMap((needle) => texts.map((text) => sql`instr(${text}, ${needle}) > 0`))
  const isTrace = sql`coalesce(${sql.join(found, sql` or `)}, 0)`
  if (!hasRowid) {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from ${sql.table(table)} where ${isTrace}`.execute(db)
    return { ids: (rows[0]?.count ?? 0) > 0 ? [0] : [], last: 0, isDone: true }
  }
  const { rows } = await sql<{ id: number; isTrace: number }>`
    select rowid as id, ${isTrace} as isTrace from ${sql.table(table)}
    where rowid > ${after} order by rowid limit ${limit}`.execute(db)
  return {
    ids: rows.filter((row) => row.isTrace !== 0).map(({ id }) => id),
    last: rows.at(-1)?.id ?? after,
    isDone: rows.length < limit,
  }
}
