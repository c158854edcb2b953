import type { Db } from '../open.ts'
import { auditBefore, listAudit } from './audit.ts'
import { callPiece, countCalls, listCalls } from './call-log.ts'
import { callTimeline } from './call-timeline.ts'
import { activeCalls, callStatistics, decisionOf, findCall, personCalls } from './calls.ts'
import { findCallers } from './callers.ts'
import { canaryFigures, lastCanary } from './canaries.ts'
import { listContacts, listEntries } from './contacts.ts'
import { flightOf } from './flight.ts'
import { holidayPlaces, publicHolidays } from './holidays.ts'
import { leadDetail } from './lead-detail.ts'
import { leadIds, leadsOf, listLeads } from './leads.ts'
import { findPeople, personFile } from './people.ts'
import { reportQueries } from './reports/reports.ts'
import { recount, staleCount } from './report-stale.ts'
import { previewScores } from './score-preview.ts'
import { lastShadow, shadowDifferences } from './shadows.ts'
import { replayDocument, replayable } from './replay.ts'
import { lineSilences } from './silence.ts'
import { textTables, tracesIn } from './traces.ts'
import { policyTraffic } from './traffic.ts'
import { findVerification } from './verifications.ts'
import { findDelivery, listDeliveries } from './webhooks.ts'

/** Reads that may take long; run by the reader thread. */
export const queries = {
  ping: async (_db: Db, _input: undefined): Promise<void> => undefined,
  activeCalls,
  auditBefore,
  callPiece,
  callStatistics,
  callTimeline,
  countCalls,
  decisionOf,
  findCall,
  findCallers,
  findPeople,
  findVerification,
  findDelivery,
  listDeliveries,
  flightOf,
  canaryFigures,
  lastCanary,
  lastShadow,
  shadowDifferences,
  holidayPlaces,
  publicHolidays,
  leadDetail,
  leadIds,
  leadsOf,
  lineSilences,
  listAudit,
  listCalls,
  listContacts,
  listEntries,
  listLeads,
  personCalls,
  personFile,
  policyTraffic,
  previewScores,
  ...reportQueries,
  recount,
  staleCount,
  replayDocument,
  replayable,
  textTables,
  tracesIn,
}

export type QueryName = keyof typeof queries
export type QueryInput<N extends QueryName> = Parameters<(typeof queries)[N]>[1]
export type QueryOutput<N extends QueryName> = Awaited<ReturnType<(typeof queries)[N]>>
