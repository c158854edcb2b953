import type { ActionResult } from '../../schema/action.ts'

export type RequestKind = 'call' | 'message'

/** What a person reads when they must act: the provider's name, and the variables to look at. */
export interface ProviderNames {
  readonly provider: string
  readonly credential: string
  readonly url: string
}

/** Longest wait of a call action, whose caller is still on the line. */
const callBackOffMs = 1_000

/**
 * An answer other than success to what it means for the action. Neither WAHA nor Wawp documents what
 * acting on a call that is over answers, so for calls every 4xx that is about neither the credentials,
 * the session nor the rate means that it is gone.
 * Sources: WAHA, "Security" (401) and its answer 422 when a session is not working or its engine
 * cannot do what is asked; Wawp, "Reject call" (400) and "Webhooks" (403).
 *
 * @param details free of ids, phone numbers and secrets (`scrub`).
 */
export function classify(
  kind: RequestKind,
  answer: { readonly status: number; readonly details: string; readonly retryAfterMs?: number },
  names: ProviderNames,
): ActionResult {
  const { status, details } = answer
  if (status === 429 || status === 408) {
    const afterMs = answer.retryAfterMs ?? (kind === 'call' ? callBackOffMs : undefined)
    return { outcome: 'retry', details, ...(afterMs !== undefined && { afterMs }) }
  }
  // the engines answer 500 also to what was begun
  if (status >= 500) return { outcome: kind === 'message' ? 'uncertain' : 'retry', details }
  const alarm = alarmOf(kind, status, names)
  if (alarm !== undefined) return { outcome: 'failed', details, alarm }
  return { outcome: kind === 'call' ? 'gone' : 'failed', details }
}

function alarmOf(kind: RequestKind, status: number, names: ProviderNames): string | undefined {
  const { provider, credential, url } = names
  if (status < 400) return `${url} does not lead to ${provider}`
  if (status === 401 || status === 403)
    return `${provider} refuses ${credential}: put a valid one into the configuration`
  if (status === 422)
    return `${provider} cannot act for this session: see whether it is connected to WhatsApp`
  if (status === 404 && kind === 'message')
    return `${provider} does not know this session, or ${url} does not lead to it`
  return undefined
}
