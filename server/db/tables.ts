import type { ColumnType, Generated, Insertable, Selectable } from 'kysely'
import type { ReportCall, WordColumn } from '../reports/report-call.ts'
import type { Role } from '../schema/access.ts'
import type { Arm, CanaryState } from '../schema/canary.ts'

/** Instants are UTC ISO text; documents are JSON text; booleans are 0 and 1. */
type Json = string
type Flag = ColumnType<number, number | undefined, number>

/** Who calls: business-scoped user id first, phone second, joined. */
export interface PeopleTable {
  id: Generated<number>
  /** Opaque; what addresses and the audit log show. */
  ref: Generated<string>
  user_id: string | null
  phone: string | null
  name: string | null
  created_at: string
  erased_at: Generated<string | null>
}

/** Ids a person had before: what comes late under one of them is still theirs. */
export interface PersonAliasesTable {
  /** A user id, or a phone number (E.164). */
  value: string
  person_id: number
  created_at: string
}

/** Calls that retention deleted, counted, so that reports stay exact. */
export interface CallCountsTable {
  /** First instant (ISO) of the day in REPORT_ZONE. */
  day: string
  direction: 'inbound' | 'outbound'
  status: string
  /** The final outcome; empty for a call that was never decided. */
  outcome: string
  count: number
  seconds: number
}

/** The address book. */
export interface ContactsTable {
  id: Generated<number>
  phone: string | null
  user_id: string | null
  name: string | null
  priority: number
  tier: string
  tags: Json
  owner: string
  language: string
  country: string
  sla_calendar: string
  opted_out: Flag
  attributes: Json
  seed_hash: string | null
  edited_at: string | null
  updated_at: string
}

/** Small things an installation has: agents, lines, calendars, assistants, declarations, by kind and key. */
export interface RecordsTable {
  kind: 'agent' | 'line' | 'calendar' | 'assistant' | 'attributes'
  key: string
  doc: Json
  seed_hash: string | null
  edited_at: string | null
  updated_at: string
}

/** `blocked` and `allowed`: E.164 or user ids. */
export interface ListEntriesTable {
  list: 'blocked' | 'allowed'
  entry: string
  seed_hash: string | null
  edited_at: string | null
}

/** What arrived, as it arrived, once per accepted delivery. */
export interface DeliveriesTable {
  id: Generated<number>
  channel: string
  arrived_at: string
  body: string
}

/** The inbox: one row a distinct signal. */
export interface SignalsTable {
  id: Generated<number>
  key: string
  channel: string
  kind: string
  line: string
  provider_id: string
  at: string | null
  arrived_at: string
  person_id: number | null
  delivery_id: number | null
  doc: Json
}

export interface CallsTable {
  id: Generated<number>
  ref: string
  channel: string
  provider_id: string
  line: string
  person_id: number | null
  phone: string | null
  user_id: string | null
  profile_name: string | null
  direction: 'inbound' | 'outbound'
  media: 'voice' | 'video'
  /** ringing, in_progress, completed, rejected, missed, failed. */
  status: string
  /** Why it was never decided: `stale`, `ended_first`; null where it was. */
  undecided: string | null
  /** Provider time of the offer, or of the end where that came first. */
  offered_at: string | null
  arrived_at: string
  /** Counts as an attempt (velocity) since then; null where it was stale or ours. */
  attempt_at: string | null
  started_at: string | null
  ended_at: string | null
  end_arrived_at: string | null
  duration_seconds: number | null
  end_status: string | null
  end_error: number | null
  policy: string | null
  release: string | null
  outcome: string | null
  node: string | null
  final_outcome: string | null
  final_node: string | null
  decision_ms: number | null
  /** Why its decision did not connect the caller: a `MissReason` (reports/why.ts). */
  why: Generated<string | null>
  /** Why it opens no silent lead: the caller is blocked, the reject was silent, it was a group's. */
  no_lead: Generated<'blocked' | 'silent' | 'group' | null>
}

export interface DecisionsTable {
  call_id: number
  at: string
  policy: string | null
  release: string | null
  /** A `Decision` (schema/decision.ts). */
  doc: Json
}

/** The outbox. */
export interface ActionsTable {
  id: Generated<number>
  /** Idempotency key, given to the provider as callback data. */
  key: string
  call_id: number | null
  person_id: number | null
  channel: string
  line: string
  type: string
  /** An `ActionPayload` (schema/action.ts). */
  payload: Json
  state: string
  /** Why it is suppressed, gone, expired. */
  reason: string | null
  error: string | null
  error_code: number | null
  attempts: Generated<number>
  created_at: string
  due_at: string
  deadline_at: string
  claimed_at: string | null
  settled_at: string | null
  provider_id: string | null
  /** Furthest status of a message: sent, delivered, read, played, failed. */
  delivery: string | null
  delivery_at: string | null
  /** The action whose refusal led to this one, or the message that made this one superfluous. */
  parent_id: number | null
}

/** Messages people wrote to us; voicemails are messages that name their call. */
export interface MessagesTable {
  id: Generated<number>
  channel: string
  provider_id: string
  line: string
  person_id: number | null
  at: string | null
  arrived_at: string
  type: string
  text: string | null
  voicemail_of: string | null
  replies_to: string | null
}

export interface PersonTagsTable {
  person_id: number
  tag: string
  created_at: string
}

export interface BlocksTable {
  id: Generated<number>
  person_id: number
  until: string
  call_id: number | null
  created_at: string
}

export interface RestrictionsTable {
  person_id: number
  queue: string
  until: string
}

export interface VerificationsTable {
  id: Generated<number>
  ref: string
  phone: string | null
  user_id: string | null
  message: string | null
  created_at: string
  expires_at: string
  fulfilled_at: string | null
  call_id: number | null
  /** Who is told what became of it, and the key (`whsec_…`) that signs what they are told. */
  webhook_url: string | null
  webhook_secret: string | null
  /** When it was seen that nobody had called. */
  expired_at: string | null
}

export interface PoliciesTable {
  id: string
  /** Sequence of the live release; null while no version was ever valid. */
  live_seq: number | null
  draft: Json | null
  draft_revision: number
  /** Release id the draft was begun on. */
  draft_based_on: string | null
  draft_by: string | null
  draft_at: string | null
  /** Hash of the file's bytes as last written or imported, per file name. */
  file_hash: string | null
  /** Problems of the file as it stands, where it could not be imported. */
  file_problems: Json | null
  file_state: 'present' | 'deleted' | 'unwritable' | 'absent'
}

/** Immutable. */
export interface ReleasesTable {
  policy_id: string
  seq: number
  /** `<seq>-<hash12>` over canonical JSON without layout. */
  id: string
  hash: string
  document: Json
  author: string
  comment: string
  source: 'file' | 'api' | 'rollback' | 'canary'
  created_at: string
}

/** Events of the live feed, kept for resuming. */
export interface FeedTable {
  id: Generated<number>
  type: string
  at: string
  team: string | null
  doc: Json
}

export interface SettingsTable {
  key: string
  value: Json
  updated_at: string
}

/** Silent leads, one a person; what is derived from the journal, and what people make of it. */
export interface LeadsTable {
  person_id: number
  ref: string
  state: 'open' | 'closed'
  /** What people make of it; `new` again when it reopens. */
  status: string
  opened_at: string
  closed_at: string | null
  closed_by: 'message' | 'voicemail' | 'connected' | 'callback' | null
  /** Missed calls since it opened. */
  attempts: number
  /** The person's first call to us, of those read. */
  first_call_at: string
  last_call_at: string
  last_call_id: number
  line: string
  /** A `MissReason` (reports/why.ts), of the last call. */
  why: string
  node: string | null
  /** How long a caller who gave up let it ring. */
  ring_seconds: number | null
  /** Called again after a message of ours. */
  after_message: number
  is_contact: number
  priority: number
  tier: string
  /** 0 to 100, of the columns above and `opened_link` (reports/score.ts). */
  score: number
  updated_at: string
  /** Opened the link of a message of ours since the lead opened. */
  opened_link: Generated<number>
  /** Rises with every change people make, and when the lead opens again. */
  revision: Generated<number>
  /** An account. */
  assignee: Generated<string | null>
  due_at: Generated<string | null>
  /** Whose clock it is: somebody set it, or a message of ours named a time. */
  due_by: Generated<'person' | 'promise' | null>
  /** Since when it has its status. */
  status_at: Generated<string | null>
  /** What it was worth, where it was converted. */
  value: Generated<number | null>
  currency: Generated<string | null>
  /** Why it was dismissed. */
  dismissed_for: Generated<string | null>
}

/** Addresses in our messages that lead elsewhere by way of `/l/<token>`. */
export interface LinksTable {
  token: string
  person_id: number | null
  call_id: number | null
  action_id: number
  target: string
  created_at: string
  opened_at: Generated<string | null>
  last_opened_at: Generated<string | null>
  opens: Generated<number>
}

/** Times that our messages named. */
export interface PromisesTable {
  id: Generated<number>
  person_id: number | null
  call_id: number
  action_id: number
  made_at: string
  due_at: string
  /** The first word since it was made, early or late; kept where it is in time (reports/promise.ts). */
  kept_at: string | null
  kept_by: 'message' | 'connected' | 'callback' | 'contacted' | null
}

/** What was done about a lead, in order; what it is now stands with the lead. */
export interface LeadEventsTable {
  id: Generated<number>
  person_id: number
  at: string
  kind: 'status' | 'assigned' | 'due' | 'note' | 'asked' | 'reopened'
  actor_id: string | null
  actor: string
  status: string | null
  /** How somebody was contacted. */
  via: 'whatsapp' | 'phone' | null
  value: number | null
  currency: string | null
  /** A note, or why it was dismissed. */
  text: string | null
  due_at: string | null
  assignee: string | null
}

/** Filters of the list of leads that somebody keeps under a name. */
export interface LeadViewsTable {
  id: string
  account_id: string
  name: string
  /** The list's query, as JSON. */
  search: Json
  created_at: string
}

/** What reports count: a `ReportCall` (reports/report-call.ts), its words by their numbers. */
export interface ReportCallsTable extends Omit<ReportCall, WordColumn> {
  readonly line: number
  readonly country: number
  readonly tier: number
  readonly place: number
  readonly release: number
  readonly currency: number
}

/** Rises with every change to the rows of a day (since 1970, in REPORT_ZONE). */
export interface ReportDaysTable {
  day: number
  version: number
}

/** Words of the rows of reports; none names a person. */
export interface ReportWordsTable {
  id: Generated<number>
  word: string
}

/** Whose rows of reports are stale; written by triggers (migration 008). */
export interface ReportStaleTable {
  /** A person; with a minus, a call of nobody known. */
  id: number
  /** Rises each time it is marked. */
  marks: Generated<number>
  /** All of the person's calls, not only the newest. */
  whole: Generated<number>
}

/** Somebody who signs in. */
export interface AccountsTable {
  id: string
  username: string
  name: string
  role: Role
  /** Names of teams; null for all. */
  teams: Json | null
  /** argon2id; null until the invitation is taken up, and for those who sign in elsewhere. */
  password_hash: string | null
  /** Sealed (access/secret-box.ts). */
  totp_secret: string | null
  /** Sealed; not confirmed yet. */
  totp_pending: string | null
  /** The last time step a code was taken for: each is good once. */
  totp_step: number | null
  oidc_subject: string | null
  disabled_at: string | null
  created_at: string
}

export interface SessionsTable {
  /** What lists show; the secret itself is nowhere. */
  id: string
  hash: string
  account_id: string
  created_at: string
  seen_at: string
  expires_at: string
  address: string | null
  browser: string | null
}

/** One-time links, by the hash of their secret; deleted when used. */
export interface AccessLinksTable {
  hash: string
  kind: 'setup' | 'invite' | 'reset'
  account_id: string | null
  expires_at: string
}

export interface RecoveryCodesTable {
  hash: string
  account_id: string
}

export interface TokensTable {
  id: string
  hash: string
  /** The beginning of the secret, to tell tokens apart. */
  prefix: string
  name: string
  role: Role
  teams: Json | null
  created_by: string
  created_at: string
  expires_at: string | null
  used_at: string | null
  revoked_at: string | null
}

export interface AuditTable {
  id: Generated<number>
  at: string
  actor_kind: 'account' | 'token' | 'command line' | 'system'
  actor_id: string | null
  actor: string
  address: string | null
  /** An operation id of the API, or a command's name. */
  operation: string
  /** An opaque reference or a name; never a number of a caller. */
  subject: string | null
  before: Json | null
  after: Json | null
}

/** Drafts that decide silently beside what is live. */
export interface ShadowsTable {
  id: Generated<number>
  policy_id: string
  document: Json
  hash: string
  started_at: string
  started_by: string
  stopped_at: string | null
  stopped_by: string | null
  compared: Generated<number>
  differing: Generated<number>
  skipped: Generated<number>
}

export interface ShadowDifferencesTable {
  id: Generated<number>
  shadow_id: number
  call_id: number
  at: string
  /** What of a `ShadowDifference` (schema/shadow.ts) is not the call's own. */
  doc: Json
}

/** Releases that answer a percentage of callers beside the live one. */
export interface CanariesTable {
  id: Generated<number>
  policy_id: string
  seq: number
  release: string
  /** The release that was live when it began. */
  control: string
  percent: number
  guards: Json
  state: CanaryState
  started_at: string
  started_by: string
  ends_at: string | null
  ended_at: string | null
  ended_by: string | null
  why: string | null
}

/** Calls decided while a canary ran, by the side they were on. */
export interface CanaryCallsTable {
  call_id: number
  canary_id: number
  arm: Arm
  person_id: number | null
  /** The first of this person in this canary: callers are counted by it. */
  is_first: number
  answered: number
  missed_budget: number
  broken: number
  complained: Generated<number>
}

/** Who is told what happens here. */
export interface WebhookEndpointsTable {
  id: string
  url: string
  description: string
  /** Types of events. */
  events: Json
  enabled: number
  /** Events hold numbers whole. */
  numbers: number
  /** Sealed. */
  secret: string
  /** The one before, which signs too until then. */
  old_secret: Generated<string | null>
  old_secret_until: Generated<string | null>
  /** No attempt has succeeded since. */
  failing_since: Generated<string | null>
  disabled_at: Generated<string | null>
  disabled_why: Generated<'by_hand' | 'failing' | 'gone' | null>
  created_by: string
  created_at: string
}

/** What endpoints are told of, once however many there are. */
export interface WebhookEventsTable {
  id: Generated<number>
  /** The `webhook-id`. */
  ref: string
  type: string
  at: string
  person_id: number | null
  /** With numbers masked. */
  data: Json
  /** Phone, user id and name, where an endpoint receives them. */
  personal: Json | null
}

export interface WebhookDeliveriesTable {
  event_id: number
  endpoint_id: string
  state: string
  /** Attempts since it was queued. */
  tries: number
  /** Empty for at once. */
  due_at: string
  settled_at: Generated<string | null>
  last_status: Generated<number | null>
}

export interface WebhookAttemptsTable {
  id: Generated<number>
  endpoint_id: string
  event_id: number
  at: string
  ms: number
  status: number | null
  error: string | null
}

export interface Tables {
  webhook_endpoints: WebhookEndpointsTable
  webhook_events: WebhookEventsTable
  webhook_deliveries: WebhookDeliveriesTable
  webhook_attempts: WebhookAttemptsTable
  shadows: ShadowsTable
  shadow_differences: ShadowDifferencesTable
  canaries: CanariesTable
  canary_calls: CanaryCallsTable
  accounts: AccountsTable
  sessions: SessionsTable
  access_links: AccessLinksTable
  recovery_codes: RecoveryCodesTable
  tokens: TokensTable
  audit: AuditTable
  people: PeopleTable
  person_aliases: PersonAliasesTable
  call_counts: CallCountsTable
  contacts: ContactsTable
  records: RecordsTable
  list_entries: ListEntriesTable
  deliveries: DeliveriesTable
  signals: SignalsTable
  calls: CallsTable
  decisions: DecisionsTable
  actions: ActionsTable
  messages: MessagesTable
  person_tags: PersonTagsTable
  blocks: BlocksTable
  restrictions: RestrictionsTable
  verifications: VerificationsTable
  policies: PoliciesTable
  releases: ReleasesTable
  feed: FeedTable
  leads: LeadsTable
  links: LinksTable
  promises: PromisesTable
  lead_events: LeadEventsTable
  lead_views: LeadViewsTable
  settings: SettingsTable
  report_calls: ReportCallsTable
  report_days: ReportDaysTable
  report_words: ReportWordsTable
  report_stale: ReportStaleTable
}

export type CallRow = Selectable<CallsTable>
export type NewCall = Insertable<CallsTable>
export type ActionRow = Selectable<ActionsTable>
export type NewAction = Insertable<ActionsTable>
export type PersonRow = Selectable<PeopleTable>
export type LeadRow = Selectable<LeadsTable>
export type ContactRow = Selectable<ContactsTable>
export type CanaryRow = Selectable<CanariesTable>
export type AuditRow = Selectable<AuditTable>
export type AccountRow = Selectable<AccountsTable>
export type TokenRow = Selectable<TokensTable>
export type WebhookEndpointRow = Selectable<WebhookEndpointsTable>
export type WebhookEventRow = Selectable<WebhookEventsTable>
