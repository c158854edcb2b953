import { reportChoices } from './choices.ts'
import { reportCoverage } from './coverage.ts'
import { reportDecisions } from './decisions.ts'
import { reportCallbacks, reportReContact } from './leads.ts'
import { reportConversion, reportMissed } from './missed.ts'
import { reportHeatMap, reportOutcomes } from './outcomes.ts'
import { reportOverview } from './overview.ts'
import { reportFollowUps, reportRegret } from './steps-lost.ts'

/** Reports over what is counted. */
export const reportQueries = {
  reportCallbacks,
  reportChoices,
  reportConversion,
  reportCoverage,
  reportDecisions,
  reportFollowUps,
  reportHeatMap,
  reportMissed,
  reportOutcomes,
  reportOverview,
  reportReContact,
  reportRegret,
}
