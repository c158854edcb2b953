import type { Config } from '../config.ts'
import type { ContactRow } from '../db/tables.ts'
import { readLine } from '../doctor/line.ts'
import { countryOf } from '../phone.ts'
import type {
  BlockReason,
  CallPermission,
  CheckResult,
  Eligibility,
  EligibilityCheck,
} from '../schema/calling.ts'
import { eligibilityChecks } from '../schema/calling.ts'
import type { Agent, Line } from '../schema/seeds.ts'
import { readPermission, withGraph } from './call-permission.ts'

/** Everything the checks rest on. */
export interface Candidate {
  readonly phone: string | undefined
  readonly userId: string | undefined
  readonly contact: ContactRow | undefined
  readonly blocked: boolean
  readonly line: Line
  /** Of the line's team. */
  readonly agents: readonly Agent[]
}

/** Business numbers of these countries cannot call (Meta, "Calling" overview, 2026-06). */
const withoutOutbound: ReadonlySet<string> = new Set(['US', 'CA', 'EG', 'VN', 'NG'])

const words: Readonly<Record<BlockReason, { user: string; admin: string }>> = {
  CONTACT_OPTED_OUT: {
    user: 'This contact has opted out of communications.',
    admin: 'optedOut of the contact is true.',
  },
  CONTACT_BLOCKED: {
    user: 'This contact is blocked.',
    admin: 'The contact is on the list of blocked callers.',
  },
  CHANNEL_CANNOT_CALL: {
    user: 'This line cannot place calls.',
    admin: 'Only lines of the WhatsApp Cloud API can; WAHA and Wawp cannot.',
  },
  META_NOT_CONFIGURED: {
    user: 'This line is not connected to WhatsApp.',
    admin: 'META_ACCESS_TOKEN is missing.',
  },
  META_DID_NOT_ANSWER: {
    user: 'WhatsApp did not tell whether this person may be called.',
    admin: 'Meta answered neither yes nor no; `callgate doctor` says more.',
  },
  CALLING_NOT_ENABLED_FOR_NUMBER: {
    user: 'Calling is not turned on for this line.',
    admin: 'WhatsApp Manager → Phone numbers → Call settings → Allow voice calls: on.',
  },
  PHONE_NUMBER_INACTIVE: {
    user: 'This line is not in use.',
    admin: 'Meta says that the number is not connected, or restricts it; see Settings → Lines.',
  },
  COUNTRY_NOT_SUPPORTED: {
    user: 'WhatsApp does not let numbers of this country place calls.',
    admin: 'Business-initiated calls are not offered to numbers of US, CA, EG, VN and NG.',
  },
  NO_CALLING_CONSENT: {
    user: 'This person has not allowed calls. Ask for permission first.',
    admin: 'Meta has no call permission of this person for this line, or it has ended.',
  },
  DAILY_LIMIT_REACHED: {
    user: 'This person was called too often within a day.',
    admin: "Meta's limit of connected calls per person and day is used up.",
  },
  NO_AGENTS_AVAILABLE: {
    user: 'Nobody of the team is available.',
    admin: "No agent of the line's team is available and takes calls.",
  },
  ALL_AGENTS_BUSY: {
    user: 'Everybody of the team is busy.',
    admin: "Every agent of the line's team who is there is busy.",
  },
  NO_MEDIA_PATH: {
    user: 'Calls cannot be placed from here.',
    admin: 'There is no media path: nothing here could speak in a call.',
  },
}

const passed: CheckResult = { passed: true }
const failed = (reason: BlockReason): CheckResult => ({ passed: false, reason })

function contactCheck({ contact, blocked }: Candidate): CheckResult {
  if (contact?.opted_out) return failed('CONTACT_OPTED_OUT')
  return blocked ? failed('CONTACT_BLOCKED') : passed
}

function agentCheck({ agents }: Candidate): CheckResult {
  const taking = agents.filter(({ callEnabled }) => callEnabled)
  if (taking.some(({ status }) => status === 'available')) return passed
  const isBusy = taking.some(({ status }) => status === 'busy')
  return failed(isBusy ? 'ALL_AGENTS_BUSY' : 'NO_AGENTS_AVAILABLE')
}

function lineCheck(state: Awaited<ReturnType<typeof readLine>>, line: Line): CheckResult {
  if (!state.calling) return failed('META_DID_NOT_ANSWER')
  if (state.calling.status !== 'ENABLED') return failed('CALLING_NOT_ENABLED_FOR_NUMBER')
  const isDown = state.checks.some(({ id, state: is }) => id === 'number' && is === 'problem')
  const isForbidden = state.checks.some(({ id }) => id === 'restriction')
  if (isDown || isForbidden) return failed('PHONE_NUMBER_INACTIVE')
  const country = countryOf(line.display?.replace(/[\s().-]/g, ''))
  return country !== undefined && withoutOutbound.has(country)
    ? failed('COUNTRY_NOT_SUPPORTED')
    : passed
}

interface MetaView {
  readonly phone_readiness: CheckResult
  readonly permission: CallPermission | undefined
}

async function askMeta(config: Config, candidate: Candidate): Promise<MetaView> {
  const { line, phone, userId } = candidate
  const unasked = (reason: BlockReason): MetaView => ({
    phone_readiness: failed(reason),
    permission: undefined,
  })
  if (line.channel !== 'whatsapp') return unasked('CHANNEL_CANNOT_CALL')
  if (config.meta.accessToken === undefined) return unasked('META_NOT_CONFIGURED')
  const who = { ...(phone !== undefined && { phone }), ...(userId !== undefined && { userId }) }
  return withGraph(config, async (graph) => {
    const [state, answer] = await Promise.all([
      readLine(graph, line, undefined),
      graph.callPermissions(line.id, who),
    ])
    return {
      phone_readiness: lineCheck(state, line),
      permission: readPermission(line.id, answer),
    }
  })
}

function consentCheck({ phone_readiness, permission }: MetaView): CheckResult {
  if (permission) return permission.status === 'none' ? failed('NO_CALLING_CONSENT') : passed
  return failed(phone_readiness.reason ?? 'META_DID_NOT_ANSWER')
}

function limitCheck({ permission }: MetaView): CheckResult {
  const isUsedUp = permission && permission.status !== 'none' && !permission.start_call.allowed
  return isUsedUp ? failed('DAILY_LIMIT_REACHED') : passed
}

/** Whether we could call somebody now: what Meta says, what they want, who is there, and what we lack. */
export async function checkEligibility(config: Config, candidate: Candidate): Promise<Eligibility> {
  const meta = await askMeta(config, candidate)
  const checks: Record<EligibilityCheck, CheckResult> = {
    contact: contactCheck(candidate),
    phone_readiness: meta.phone_readiness,
    consent: consentCheck(meta),
    usage_limits: limitCheck(meta),
    agent_availability: agentCheck(candidate),
    media_path: failed('NO_MEDIA_PATH'),
  }
  const category = eligibilityChecks.find((name) => !checks[name].passed)
  const reason = category && checks[category].reason
  return {
    line: candidate.line.id,
    eligible: category === undefined,
    blocked: category !== undefined,
    consent_type: meta.permission?.status ?? 'unknown',
    ...(category && { block_category: category }),
    ...(reason && {
      block_reason: reason,
      user_message: words[reason].user,
      admin_message: words[reason].admin,
    }),
    checks,
  }
}
