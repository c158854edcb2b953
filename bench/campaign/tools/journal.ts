import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'

export interface ActionSeen {
  readonly key: string
  readonly type: string
  readonly state: string
  readonly reason: string | null
  readonly attempts: number
  readonly callId: string | null
  readonly ref: string | null
  readonly person: number | null
  readonly createdAt: string
}

/** The server's journal, read beside it. */
export class Journal {
  readonly #database: Database.Database
  readonly #folder: string | undefined

  private constructor(path: string, folder?: string) {
    this.#database = new Database(path, { readonly: folder === undefined })
    this.#folder = folder
  }

  /** The database as it is now. */
  static open(path: string): Journal {
    return new Journal(path)
  }

  /** A copy of the files as a dead server left them, so that looking changes nothing. */
  static openCopy(path: string): Journal {
    const folder = mkdtempSync(join(tmpdir(), 'callgate-copy-'))
    const copy = join(folder, 'copy.db')
    for (const suffix of ['', '-wal'])
      if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix)
    return new Journal(copy, folder)
  }

  close(): void {
    this.#database.close()
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true })
  }

  /** One number. */
  count(sql: string, ...values: unknown[]): number {
    return Number(
      this.#database
        .prepare(sql)
        .pluck()
        .get(...values) ?? 0,
    )
  }

  column(sql: string, ...values: unknown[]): string[] {
    return this.#database
      .prepare(sql)
      .pluck()
      .all(...values)
      .map(String)
  }

  numbers(sql: string): number[] {
    return this.#database.prepare(sql).pluck().all().map(Number)
  }

  /** `ok`, or what SQLite finds wrong. */
  integrity(): string {
    return String(this.#database.pragma('integrity_check', { simple: true }))
  }

  /** Calls that were decided, by the provider's id. */
  decided(): Set<string> {
    return new Set(
      this.column('select provider_id from calls join decisions on decisions.call_id = calls.id'),
    )
  }

  actions(): ActionSeen[] {
    // the columns are those of the statement
    return this.#database
      .prepare(
        `select actions.key, actions.type, actions.state, actions.reason, actions.attempts,
           calls.provider_id as callId, calls.ref, actions.person_id as person,
           actions.created_at as createdAt
         from actions left join calls on calls.id = actions.call_id`,
      )
      .all() as ActionSeen[]
  }
}
