import type { Migration } from 'kysely'
import * as init from './001-init.ts'
import * as outboxDue from './002-outbox-due.ts'
import * as verificationWebhooks from './003-verification-webhooks.ts'
import * as leads from './004-leads.ts'
import * as access from './005-access.ts'
import * as audit from './006-audit.ts'
import * as leadWork from './007-lead-work.ts'
import * as reports from './008-reports.ts'
import * as webhooks from './009-webhooks.ts'
import * as canary from './010-canary.ts'
import * as knownUsers from './011-known-users.ts'

/** In order; never edited once shipped, only added to. */
export const migrations: Record<string, Migration> = {
  '001-init': init,
  '002-outbox-due': outboxDue,
  '003-verification-webhooks': verificationWebhooks,
  '004-leads': leads,
  '005-access': access,
  '006-audit': audit,
  '007-lead-work': leadWork,
  '008-reports': reports,
  '009-webhooks': webhooks,
  '010-canary': canary,
  '011-known-users': knownUsers,
}
