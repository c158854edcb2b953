import { z } from 'zod'
import type { WhatsappChannel } from '../channels/whatsapp/client.ts'
import type { Line } from '../schema/seeds.ts'
import type { Check, Findings } from './check.ts'
import { findings, unanswered } from './check.ts'

const fields = [
  'id',
  'display_phone_number',
  'verified_name',
  'status',
  'platform_type',
  'account_mode',
  'messaging_limit_tier',
  'whatsapp_business_manager_messaging_limit',
  'webhook_configuration',
].join(',')

const text = z.string().optional().catch(undefined)
const numberSchema = z.object({
  status: text,
  platform_type: text,
  account_mode: text,
  messaging_limit_tier: text,
  whatsapp_business_manager_messaging_limit: text,
  webhook_configuration: z.object({ phone_number: text }).optional().catch(undefined),
})
type PhoneNumber = z.infer<typeof numberSchema>

const state = z.object({ status: text }).optional().catch(undefined)
const settingsSchema = z.object({
  calling: z
    .object({
      status: text,
      call_icon_visibility: text,
      call_hours: state,
      sip: state,
      voicemail: z
        .object({ status: text, triggers: z.array(z.string()).optional().catch(undefined) })
        .optional()
        .catch(undefined),
      restrictions: z
        .object({
          restrictions_list: z
            .array(z.object({ type: z.string(), reason: text, expiration: z.number().optional() }))
            .default([]),
        })
        .optional()
        .catch(undefined),
    })
    .default({}),
})
export type Calling = z.infer<typeof settingsSchema>['calling']

const callSettings = 'WhatsApp Manager → Phone numbers → your number → Call settings'
const leastRecipients = 2000

/** `TIER_2K` → 2,000; nothing for a tier that is not known. Test numbers have no need of one. */
function recipientsOf(number: PhoneNumber): number | undefined {
  if (number.account_mode === 'SANDBOX') return Number.POSITIVE_INFINITY
  const tier = number.whatsapp_business_manager_messaging_limit ?? number.messaging_limit_tier ?? ''
  if (tier.includes('UNLIMITED')) return Number.POSITIVE_INFINITY
  const match = /^TIER_(\d+)(K?)$/.exec(tier)
  return match ? Number(match[1]) * (match[2] === 'K' ? 1000 : 1) : undefined
}

function checkNumber(number: PhoneNumber, about: Findings, callback: string | undefined): Check[] {
  const checks: Check[] = []
  const { status = 'CONNECTED', platform_type: platform = 'CLOUD_API' } = number
  if (status !== 'CONNECTED' || platform !== 'CLOUD_API')
    checks.push(
      about.problem('number', {
        message: `The number is not in use with the Cloud API (${status}, ${platform}).`,
        mend: 'Register it: developers.facebook.com → your app → WhatsApp → API Setup.',
      }),
    )
  else checks.push(about.ok('number', 'The number is connected.'))
  const other = number.webhook_configuration?.phone_number
  if (other && callback !== undefined && other !== callback)
    checks.push(
      about.problem('webhook_override', {
        message: 'The number sends its webhooks to another address than this server.',
        mend: 'POST /{phone-number-id} with webhook_configuration {"override_callback_uri": ""}.',
      }),
    )
  const recipients = recipientsOf(number)
  if (recipients !== undefined && recipients < leastRecipients)
    checks.push(
      about.problem('messaging_limit', {
        message: `The messaging limit is ${recipients.toLocaleString('en')}; calling needs 2,000.`,
        mend: 'WhatsApp Manager → Overview → Limits: verify the business, or send more good messages.',
      }),
    )
  return checks
}

function callingProblem(status: string | undefined, about: Findings): Check {
  if (status === 'ENABLED') return about.ok('calling', 'Calling is on.')
  return about.problem('calling', {
    message:
      status === 'NOT_SET' || status === undefined
        ? 'Calling was never turned on for this number.'
        : 'Calling is turned off for this number.',
    mend: `${callSettings} → Allow voice calls: on.`,
  })
}

function voicemailProblems(voicemail: Calling['voicemail'], about: Findings): Check[] {
  const { status, triggers = [] } = voicemail ?? {}
  if (status !== 'ENABLED') return []
  const mend = `${callSettings} → Voicemail: off, or without this trigger.`
  if (triggers.includes('REJECT'))
    return [
      about.problem('voicemail_reject', {
        message: 'Meta’s own voicemail answers every call that a policy rejects.',
        mend,
      }),
    ]
  if (!triggers.includes('TIMEOUT')) return []
  return [
    about.warning('voicemail_timeout', {
      message:
        'Meta’s own voicemail takes calls that ring too long, before a policy’s way on does.',
      mend,
    }),
  ]
}

function restrictionProblems(restrictions: Calling['restrictions'], about: Findings): Check[] {
  return (restrictions?.restrictions_list ?? []).map(({ type, expiration }) => {
    const until = expiration
      ? ` until ${new Date(expiration * 1000).toISOString().slice(0, 16)}Z`
      : ''
    const mend = 'WhatsApp Manager → Account quality: read why, and appeal or wait.'
    return type === 'RESTRICTED_BUSINESS_INITIATED_CALLING'
      ? about.warning('restriction', { message: `Meta forbids this number to call${until}.`, mend })
      : about.problem('restriction', {
          message: `Meta lets nobody call this number${until} (${type}).`,
          mend,
        })
  })
}

function checkSettings(calling: Calling, about: Findings): Check[] {
  const checks = [callingProblem(calling.status, about)]
  // what is set while calling is off has no effect
  if (calling.status !== 'ENABLED') return checks
  if (calling.sip?.status === 'ENABLED')
    checks.push(
      about.problem('sip', {
        message: 'Calls go to a SIP server: no webhook tells of them and no action works on them.',
        mend: `${callSettings} → SIP: off.`,
      }),
    )
  if (calling.call_hours?.status === 'ENABLED')
    checks.push(
      about.problem('call_hours', {
        message: 'Meta’s own call hours are on: outside of them no call reaches the policies.',
        mend: `${callSettings} → Call hours: off; calendars of policies do their work.`,
      }),
    )
  const { call_icon_visibility: icon } = calling
  if (icon === 'DISABLE_ALL' || icon === 'HIDE_IN_CHAT')
    checks.push(
      about.warning('call_button', {
        message: 'The call button is hidden from customers.',
        mend: `${callSettings} → Call button visibility: show.`,
      }),
    )
  return [
    ...checks,
    ...voicemailProblems(calling.voicemail, about),
    ...restrictionProblems(calling.restrictions, about),
  ]
}

/** What Meta says of a line, and what of it is in the way of calls. */
export interface LineState {
  readonly checks: readonly Check[]
  /** Absent where Meta did not tell. */
  readonly calling?: Calling
}

/** A line that Meta carries: reachable, allowed to take calls, and set so that calls reach us. */
export async function checkLine(
  channel: WhatsappChannel,
  line: Line,
  callback: string | undefined,
): Promise<readonly Check[]> {
  return (await readLine(channel, line, callback)).checks
}

/** The checks of a line, with the call settings they rest on. */
export async function readLine(
  channel: WhatsappChannel,
  line: Pick<Line, 'id'>,
  callback: string | undefined,
): Promise<LineState> {
  const about = findings(`number ${line.id}`)
  const answer = await channel.get(`/${encodeURIComponent(line.id)}?fields=${fields}`)
  if (!answer.ok) {
    const check = unanswered(about, 'number', {
      question: 'about this number',
      answer,
      mend: 'Correct its id in numbers.json (WhatsApp → API Setup → Phone number ID), or give the token access to its account.',
    })
    return { checks: [check] }
  }
  const number = numberSchema.safeParse(answer.body).data ?? {}
  const settings = await channel.getSettings(line.id)
  const checks = checkNumber(number, about, callback)
  if (!settings.ok) {
    const check = unanswered(about, 'calling', {
      question: 'the call settings',
      answer: settings,
      mend: 'Give the token the permission whatsapp_business_management.',
    })
    return { checks: [...checks, check] }
  }
  const { calling } = settingsSchema.safeParse(settings.body).data ?? { calling: {} }
  return { checks: [...checks, ...checkSettings(calling, about)], calling }
}
