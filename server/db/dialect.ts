import type Database from 'better-sqlite3'
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import { CompiledQuery as Raw, SqliteDialect } from 'kysely'

/** Texts kept as prepared statements; there are few, but lists of ids make some of their own. */
const mostStatements = 500

/** A handle runs one statement at a time anyway, so a query runs at once and needs no turn to wait for. */
export class HandleConnection implements DatabaseConnection {
  readonly #database: Database.Database
  readonly #statements = new Map<string, Database.Statement>()

  constructor(database: Database.Database) {
    this.#database = database
  }

  /** The rows of a query, at once; none of a statement that gives none. */
  rowsOf<R>(sql: string, parameters: readonly unknown[]): R[] {
    const statement = this.#prepare(sql)
    // whoever built the query knows its rows
    if (statement.reader) return statement.all(parameters) as R[]
    statement.run(parameters)
    return []
  }

  executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const statement = this.#prepare(sql)
    if (statement.reader) return Promise.resolve({ rows: this.rowsOf<R>(sql, parameters) })
    const { changes, lastInsertRowid } = statement.run(parameters)
    return Promise.resolve({
      rows: [],
      numAffectedRows: BigInt(changes),
      insertId: BigInt(lastInsertRowid),
    })
  }

  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('queries are not streamed')
  }

  #prepare(text: string): Database.Statement {
    const known = this.#statements.get(text)
    if (known) return known
    const statement = this.#database.prepare(text)
    if (this.#statements.size < mostStatements) this.#statements.set(text, statement)
    return statement
  }
}

class HandleDriver implements Driver {
  readonly #database: Database.Database
  readonly #connection: HandleConnection

  constructor(database: Database.Database, connection: HandleConnection) {
    this.#database = database
    this.#connection = connection
  }

  init = (): Promise<void> => Promise.resolve()
  acquireConnection = (): Promise<DatabaseConnection> => Promise.resolve(this.#connection)
  releaseConnection = (): Promise<void> => Promise.resolve()
  beginTransaction = (connection: DatabaseConnection) => execute(connection, 'begin')
  commitTransaction = (connection: DatabaseConnection) => execute(connection, 'commit')
  rollbackTransaction = (connection: DatabaseConnection) => execute(connection, 'rollback')

  destroy(): Promise<void> {
    this.#database.close()
    return Promise.resolve()
  }
}

async function execute(connection: DatabaseConnection, text: string): Promise<void> {
  await connection.executeQuery(Raw.raw(text))
}

/**
 * Kysely's SQLite over one handle, with its prepared statements kept. Kysely's own driver makes every
 * query wait for a lock that wakes all who wait each time it is free, which costs a burst of calls most
 * of its time; here nothing waits. So transactions of one handle must follow one another: the reading
 * handles begin none, and the writer thread begins one at a time.
 */
export class HandleDialect extends SqliteDialect {
  readonly connection: HandleConnection
  readonly #database: Database.Database

  constructor(database: Database.Database) {
    super({ database })
    this.#database = database
    this.connection = new HandleConnection(database)
  }

  override createDriver(): Driver {
    return new HandleDriver(this.#database, this.connection)
  }
}
