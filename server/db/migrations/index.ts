import type { Migration } from 'kysely'
import * as init from './001-init.ts'

/** In order; never edited once shipped, only added to. */
export const migrations: Record<string, Migration> = { '001-init': init }
