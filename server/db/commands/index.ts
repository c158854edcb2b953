import type { Db } from '../open.ts'
import {
  acceptLink,
  changeAccount,
  changePassword,
  createAccount,
  deleteAccount,
  putSetupLink,
  refreshFromProvider,
  resetAccount,
} from './accounts.ts'
import { setAgent } from './agents.ts'
import { recordAudit } from './audit.ts'
import { requestAction } from './call-actions.ts'
import { askPermission } from './call-permission.ts'
import { commitCallStatus, commitEnded, commitMissed } from './calls.ts'
import { canaryCommands } from './canaries.ts'
import { contactCommands } from './contacts.ts'
import { commitDecision } from './decision.ts'
import { erasePerson, eraseTraces } from './erase.ts'
import { feedCommands } from './feed.ts'
import { backfillLeads } from './lead-backfill.ts'
import { beginRescore, rescoreLeads } from './lead-rescore.ts'
import { deleteLeadView, saveLeadView } from './lead-views.ts'
import { changeLeads } from './lead-work.ts'
import { openLink } from './links.ts'
import { commitMessageStatus } from './message-status.ts'
import { commitIdentityChanged, commitMessage, commitNote } from './messages.ts'
import { claimActions, freeClaims, recoverActions, settleAction, settleByStatus } from './outbox.ts'
import { putRecords } from './records.ts'
import { releaseCommands } from './releases.ts'
import { rebuildReports, recordCounts } from './report-counts.ts'
import { seedCommands } from './seeds.ts'
import { commitNotice } from './notify.ts'
import { sweep, sweepCalls } from './retention.ts'
import { shadowCommands } from './shadows.ts'
import { endSessions, openSession, touchSession } from './sessions.ts'
import { changeSetting, putSetting } from './settings.ts'
import { createToken, revokeToken, touchToken } from './tokens.ts'
import { beginTotp, confirmTotp, endTotp, takeRecoveryCode, takeTotpStep } from './totp.ts'
import { expireVerifications, openVerification } from './verifications.ts'
import { recordAttempt } from './webhook-attempts.ts'
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  redeliverEvent,
  rotateEndpointSecret,
  testEndpoint,
} from './webhook-endpoints.ts'

/**
 * Everything that writes. A command is a function over the transaction it is given; the writer
 * commits it together with others and answers after the commit. No network, no waiting.
 */
export const commands = {
  ping: async (_trx: Db, _input: undefined): Promise<void> => undefined,
  claimActions,
  freeClaims,
  settleAction,
  settleByStatus,
  recoverActions,
  commitDecision,
  commitMissed,
  commitEnded,
  commitCallStatus,
  commitMessage,
  commitMessageStatus,
  commitNote,
  commitIdentityChanged,
  commitNotice,
  putSetting,
  changeSetting,
  erasePerson,
  eraseTraces,
  putRecords,
  sweep,
  sweepCalls,
  requestAction,
  askPermission,
  backfillLeads,
  openLink,
  changeLeads,
  saveLeadView,
  deleteLeadView,
  beginRescore,
  rescoreLeads,
  recordCounts,
  rebuildReports,
  setAgent,
  openVerification,
  expireVerifications,
  recordAttempt,
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  redeliverEvent,
  rotateEndpointSecret,
  testEndpoint,
  acceptLink,
  changeAccount,
  changePassword,
  createAccount,
  deleteAccount,
  putSetupLink,
  refreshFromProvider,
  resetAccount,
  recordAudit,
  openSession,
  touchSession,
  endSessions,
  createToken,
  revokeToken,
  touchToken,
  beginTotp,
  confirmTotp,
  takeTotpStep,
  takeRecoveryCode,
  endTotp,
  ...canaryCommands,
  ...shadowCommands,
  ...contactCommands,
  ...feedCommands,
  ...releaseCommands,
  ...seedCommands,
}

export type CommandName = keyof typeof commands
export type CommandInput<N extends CommandName> = Parameters<(typeof commands)[N]>[1]
export type CommandOutput<N extends CommandName> = Awaited<ReturnType<(typeof commands)[N]>>
