import type { Compilable, Insertable, Kysely } from 'kysely'
import {
  DummyDriver,
  Kysely as Builder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Db } from './open.ts'
import { handleOf } from './open.ts'
import type { Tables } from './tables.ts'

/** Stands for an input while the query is built. */
class Placeholder {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/**
 * What is no input is written out. SQLite plans a statement anew whenever a value is bound that its plan
 * may rest on (a `limit`, a column of a partial index), which takes longer than most of these queries.
 */
class PreparedCompiler extends SqliteQueryCompiler {
  protected override appendValue(value: unknown): void {
    if (value instanceof Placeholder) super.appendValue(value)
    else this.appendImmediateValue(value)
  }
}

/** Builds texts and runs nothing. */
const builder: Kysely<Tables> = new Builder<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new PreparedCompiler(),
  },
})

type Value = string | number | null

export interface Prepared<I, O> {
  all(db: Db, input: I): Promise<O[]>
  first(db: Db, input: I): Promise<O | undefined>
  /** The row of a query that always has one. @throws Error when it has none */
  only(db: Db, input: I): Promise<O>
}

/**
 * A query of the call path, built and compiled once; Kysely would spend several times as long on that
 * as SQLite on the answer. Inputs are bound by name where a value may stand; the query's shape cannot
 * depend on them.
 * @example prepare((db, call: { ref: string }) =>
 *            db.selectFrom('calls').select('id').where('ref', '=', call.ref))
 */
export function prepare<I extends Readonly<Record<keyof I, Value>>, O>(
  build: (db: Kysely<Tables>, input: I) => Compilable<O>,
): Prepared<I, O> {
  // each property is a placeholder, which Kysely binds like any value
  const inputs = new Proxy({}, { get: (_, name) => new Placeholder(String(name)) }) as I
  const compiled = build(builder, inputs).compile()
  const names = compiled.parameters.map((parameter) => {
    if (parameter instanceof Placeholder) return parameter.name as keyof I // asked of the proxy
    throw new Error('a value that is no input was not written out')
  })
  const all = async (db: Db, input: I): Promise<O[]> => {
    const parameters = names.map((name) => input[name])
    // Kysely's way to its connection costs as much again as the usual query
    const handle = handleOf(db)
    if (handle) return handle.rowsOf<O>(compiled.sql, parameters)
    const { rows } = await db.executeQuery<O>({ ...compiled, parameters })
    return rows
  }
  const first = async (db: Db, input: I): Promise<O | undefined> => (await all(db, input))[0]
  const only = async (db: Db, input: I): Promise<O> => {
    const row = await first(db, input)
    if (row === undefined) throw new Error('a query gave no row')
    return row
  }
  return { all, first, only }
}

/** A new row of these columns, whose names are those of the inputs. */
export type RowOf<T, C extends keyof Insertable<T>> = Required<Pick<Insertable<T>, C>>

/** The named properties and no others; what stands for an input does not know its own names. */
export function pick<T, K extends keyof T & string>(from: T, names: readonly K[]): Pick<T, K> {
  const picked = Object.fromEntries(names.map((name) => [name, from[name]]))
  return picked as Pick<T, K> // every name has just been read
}

/** Three inputs for the spellings of a phone number, of which there are no more; the last one repeats. */
export function phoneInputs(phones: readonly string[]) {
  const [phone1 = null, phone2 = phone1, phone3 = phone2] = phones
  return { phone1, phone2, phone3 }
}
