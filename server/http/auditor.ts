import type { Context } from 'hono'
import type { Auditor } from '../db/commands/audit.ts'
import { addressOf } from './auth.ts'
import type { AppEnv } from './env.ts'

/** Who makes a request and from where, as the audit log keeps it. */
export function auditorOf(context: Context<AppEnv>): Auditor {
  const { kind, id, name } = context.get('actor')
  return { kind, id, name, address: addressOf(context) }
}
