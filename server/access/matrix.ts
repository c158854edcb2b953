import type { Actor, Role } from '../schema/access.ts'

const everybody = ['admin', 'operations', 'analyst', 'agent', 'viewer'] as const
const workers = ['admin', 'operations', 'analyst', 'agent'] as const
const analysts = ['admin', 'operations', 'analyst'] as const
const operations = ['admin', 'operations'] as const
const admins = ['admin'] as const

/**
 * What each role may do, by operation of the API. An operation that is not here answers nobody, and
 * a test of `npm run verify` fails.
 */
export const matrix = {
  // own account: everybody who is signed in, whatever the role
  signOut: everybody,
  signOutEverywhere: everybody,
  changePassword: everybody,
  listSessions: everybody,
  endSession: everybody,
  beginTotp: everybody,
  confirmTotp: everybody,
  endTotp: everybody,

  // calls and decisions
  listCalls: everybody,
  listActiveCalls: everybody,
  callStatistics: everybody,
  getCall: everybody,
  contactHistory: everybody,
  getDecision: everybody,
  getCallTimeline: everybody,
  exportCalls: everybody,
  getExportProgress: everybody,
  getFlight: everybody,
  rejectCall: workers,
  endCall: workers,
  answerCall: workers,
  checkEligibility: workers,
  initiateCall: workers,
  getCallPermission: workers,
  requestCallPermission: workers,
  followLive: everybody,

  // policies
  listPolicies: everybody,
  getPolicy: everybody,
  listReleases: everybody,
  getRelease: everybody,
  validatePolicy: analysts,
  simulatePolicy: analysts,
  findCallers: analysts,
  saveDraft: operations,
  discardDraft: operations,
  publishPolicy: operations,
  rollBackPolicy: operations,
  getTraffic: everybody,
  getShadow: everybody,
  listShadowDifferences: everybody,
  startShadow: operations,
  stopShadow: operations,
  getCanary: everybody,
  startCanary: operations,
  promoteCanary: operations,
  stopCanary: operations,
  getCases: analysts,
  getCaseWorld: analysts,
  makeCase: analysts,
  listReplayCalls: analysts,
  replayPolicy: analysts,
  putCases: operations,

  // reports
  listSilentLeads: everybody,
  reportOverview: everybody,
  reportMissed: everybody,
  reportOutcomes: everybody,
  reportHeatMap: everybody,
  reportCallbacks: everybody,
  reportReContact: everybody,
  reportFollowUps: everybody,
  reportDecisions: everybody,
  reportConversion: everybody,
  reportRegret: everybody,
  reportCoverage: everybody,
  reportChoices: everybody,
  getSilentLead: everybody,
  changeLead: workers,
  changeLeads: workers,
  listLeadAssignees: workers,
  listLeadViews: everybody,
  saveLeadView: workers,
  deleteLeadView: workers,
  getLeadWeights: everybody,
  previewLeadWeights: analysts,
  putLeadWeights: analysts,

  // agents and their teams
  listAgents: everybody,
  setAgentStatus: workers,
  getCallRouting: everybody,
  putCallRouting: operations,
  openVerification: operations,
  getVerification: operations,

  // people who work here, programs, and what they did
  listAccounts: admins,
  createAccount: admins,
  changeAccount: admins,
  resetAccount: admins,
  signOutAccount: admins,
  deleteAccount: admins,
  listTokens: admins,
  createToken: admins,
  revokeToken: admins,
  listAudit: admins,

  // other systems that are told what happens here
  listWebhooks: admins,
  createWebhook: admins,
  changeWebhook: admins,
  deleteWebhook: admins,
  rotateWebhookSecret: admins,
  testWebhook: admins,
  listWebhookDeliveries: admins,
  getWebhookDelivery: admins,
  redeliverWebhook: admins,

  // what policies may name, and how this installation is set
  getCatalogue: everybody,
  listCalendars: everybody,
  getCalendar: everybody,
  putCalendar: operations,
  listLineSettings: operations,
  putLineSettings: operations,
  getConnection: operations,
  getCrmSettings: operations,
  putCrmSettings: operations,
  tryCrm: operations,
  getCourtesy: operations,
  putCourtesy: operations,
  listContacts: analysts,
  createContact: operations,
  putContact: operations,
  deleteContact: operations,
  getLists: analysts,
  addListEntry: operations,
  removeListEntry: operations,
  putAgent: operations,
  deleteAgent: operations,
  getAttributes: analysts,
  putAttributes: operations,
  getUsage: analysts,
  listHolidayPlaces: operations,
  listPublicHolidays: operations,
  importAddressBook: operations,
  exportAddressBook: operations,
  getRetention: admins,
  putRetention: admins,

  // the data of people who call
  findPeople: admins,
  exportPerson: admins,
  erasePerson: admins,
} as const satisfies Record<string, readonly Role[]>

export type Operation = keyof typeof matrix

const isOperation = (name: string): name is Operation => Object.hasOwn(matrix, name)

/**
 * What is of no one team: who is limited to teams may not do it, or could lift the limit (a new admin,
 * a token of all teams), see what others did, or change what holds for all.
 */
const ofAllTeams: ReadonlySet<string> = new Set<Operation>([
  'listAccounts',
  'createAccount',
  'changeAccount',
  'resetAccount',
  'signOutAccount',
  'deleteAccount',
  'listTokens',
  'createToken',
  'revokeToken',
  'listAudit',
  'listWebhooks',
  'createWebhook',
  'changeWebhook',
  'deleteWebhook',
  'rotateWebhookSecret',
  'testWebhook',
  'listWebhookDeliveries',
  'getWebhookDelivery',
  'redeliverWebhook',
  'putCalendar',
  'getConnection',
  'putCrmSettings',
  'tryCrm',
  'putCourtesy',
  'listContacts',
  'createContact',
  'putContact',
  'deleteContact',
  'getLists',
  'addListEntry',
  'removeListEntry',
  'putAgent',
  'deleteAgent',
  'putAttributes',
  'getUsage',
  'importAddressBook',
  'exportAddressBook',
  'putLeadWeights',
  'getRetention',
  'putRetention',
  'findPeople',
  'exportPerson',
  'erasePerson',
])

type Who = Pick<Actor, 'role' | 'teams'>

/** Whether somebody may do an operation; one that is not in the matrix, nobody. */
export function mayDo({ role, teams }: Who, operation: string): boolean {
  const allowed: readonly Role[] = isOperation(operation) ? matrix[operation] : []
  return allowed.includes(role) && (teams === null || !ofAllTeams.has(operation))
}

/** Everything somebody may do. */
export function operationsOf(who: Who): Operation[] {
  return Object.keys(matrix).filter((name): name is Operation => mayDo(who, name))
}
