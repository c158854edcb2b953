import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** Who may come in: accounts, their sessions, one-time links and recovery codes, and tokens of programs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table accounts (
    id text primary key,
    username text not null unique collate nocase,
    name text not null,
    role text not null,
    teams text,
    password_hash text,
    totp_secret text,
    totp_pending text,
    totp_step integer,
    oidc_subject text unique,
    disabled_at text,
    created_at text not null
  )`.execute(db)
  await sql`create table sessions (
    id text primary key,
    hash text not null unique,
    account_id text not null references accounts (id) on delete cascade,
    created_at text not null,
    seen_at text not null,
    expires_at text not null,
    address text,
    browser text
  )`.execute(db)
  await sql`create index sessions_account on sessions (account_id)`.execute(db)
  await sql`create table access_links (
    hash text primary key,
    kind text not null,
    account_id text references accounts (id) on delete cascade,
    expires_at text not null
  )`.execute(db)
  await sql`create table recovery_codes (
    hash text primary key,
    account_id text not null references accounts (id) on delete cascade
  )`.execute(db)
  await sql`create table tokens (
    id text primary key,
    hash text not null unique,
    prefix text not null,
    name text not null,
    role text not null,
    teams text,
    created_by text not null,
    created_at text not null,
    expires_at text,
    used_at text,
    revoked_at text
  )`.execute(db)
}
