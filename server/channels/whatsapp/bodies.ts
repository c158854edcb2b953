import type { ActionPayload, Recipient } from '../../schema/action.ts'
import type { RenderedMessage } from '../../schema/message.ts'

/** A JSON body for Graph. */
export type Body = Readonly<Record<string, unknown>>

type PayloadOf<T extends ActionPayload['type']> = Extract<ActionPayload, { type: T }>
type CallPayload = PayloadOf<'pre_accept' | 'accept' | 'reject' | 'terminate'>

/** Meta gives back what it is given here, up to this many characters. */
const callbackDataLimit = 512

/**
 * How Meta is told whom a message is for: `to` with `+` (without it Meta may prepend the business's own
 * country code), or the business-scoped user id as `recipient`. Undefined when neither is known.
 */
export function addressOf(to: Recipient): { to: string } | { recipient: string } | undefined {
  const digits = (to.address ?? to.phone ?? '').replace(/\D/g, '')
  if (digits !== '') return { to: `+${digits}` }
  return to.userId ? { recipient: to.userId } : undefined
}

/** Body of `POST /{phone-number-id}/calls`. Meta wants `answer` although its tables say `offer`. */
export function callBody(payload: CallPayload, key: string): Body {
  const base = { messaging_product: 'whatsapp', call_id: payload.callId, action: payload.type }
  if (payload.type === 'reject' || payload.type === 'terminate') return base
  const session = { sdp_type: 'answer', sdp: payload.sdp }
  if (payload.type === 'pre_accept') return { ...base, session }
  return { ...base, session, biz_opaque_callback_data: key.slice(0, callbackDataLimit) }
}

/** Body of `POST /{phone-number-id}/messages`; undefined when nobody can be addressed. */
export function messageBody(payload: PayloadOf<'message'>, key: string): Body | undefined {
  const address = addressOf(payload.to)
  if (address === undefined) return undefined
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...address,
    ...(payload.asTemplate ? templateContent(payload.message) : content(payload.message)),
    biz_opaque_callback_data: key.slice(0, callbackDataLimit),
  }
}

function content(message: RenderedMessage): Body {
  const { text, url, call, replies, asksToCall } = message
  if (asksToCall)
    return interactive('call_permission_request', text, { name: 'call_permission_request' })
  if (url) return interactive('cta_url', text, ctaUrl(url))
  if (call) return interactive('voice_call', text, voiceCall(call))
  if (replies && replies.length > 0) return interactive('button', text, replyButtons(replies))
  return { type: 'text', text: { body: text, preview_url: /https?:\/\//i.test(text) } }
}

function interactive(type: string, text: string, action: Body): Body {
  return { type: 'interactive', interactive: { type, body: { text }, action } }
}

function ctaUrl({ label, href }: NonNullable<RenderedMessage['url']>): Body {
  return { name: 'cta_url', parameters: { display_text: label, url: href } }
}

function voiceCall({ label, ttlMinutes, payload }: NonNullable<RenderedMessage['call']>): Body {
  const parameters = { display_text: label, ttl_minutes: ttlMinutes, ...(payload && { payload }) }
  return { name: 'voice_call', parameters }
}

function replyButtons(replies: NonNullable<RenderedMessage['replies']>): Body {
  const buttons = replies.map(({ id, label }) => ({ type: 'reply', reply: { id, title: label } }))
  return { buttons }
}

function templateContent({ template }: RenderedMessage): Body {
  if (!template) return {}
  const { name, language, params } = template
  const parameters = Array.isArray(params)
    ? params.map((text) => ({ type: 'text', text }))
    : Object.entries(params ?? {}).map(([parameter_name, text]) => ({
        type: 'text',
        parameter_name,
        text,
      }))
  const components = parameters.length > 0 ? { components: [{ type: 'body', parameters }] } : {}
  return { type: 'template', template: { name, language: { code: language }, ...components } }
}

/** Body of `POST` and `DELETE /{phone-number-id}/block_users`; phone numbers in digits or E.164. */
export function blockBody(phones: readonly string[]): Body {
  const users = phones.map((phone) => ({ user: `+${phone.replace(/\D/g, '')}` }))
  return { messaging_product: 'whatsapp', block_users: users }
}
