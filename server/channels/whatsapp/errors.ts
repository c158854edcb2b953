import type { ActionResult } from '../../schema/action.ts'

/** What was asked of Graph; the same code means other things for a call than for a message. */
export type RequestKind = 'call' | 'message' | 'other'

const token = 'META_ACCESS_TOKEN is expired or invalid: put a new one into the configuration'
const permission =
  'META_ACCESS_TOKEN lacks a permission: it needs whatsapp_business_messaging for this number'
const locked = 'Meta has restricted this WhatsApp account: see Account quality in WhatsApp Manager'
const payment = 'Meta has no valid payment method for this WhatsApp account: add one in Billing'
const spam = 'Meta limits messages of this number as spam: see its quality in WhatsApp Manager'
const gone =
  'Meta does not know this number any more: register it again, or take it out of the lines'
const calling = 'Calling is not enabled on this number: enable it in the call settings'
const sip =
  'This number is in SIP mode, so calls cannot be handled here: disable SIP in its settings'
const template =
  'Meta refused the template: compare its name, language and parameters in WhatsApp Manager'

/** Codes that a person must act upon, and what to do. */
const alarms: ReadonlyMap<number, string> = new Map([
  [0, token],
  [190, token],
  [3, permission],
  [10, permission],
  [131005, permission],
  ...[368, 130497, 131031].map((code) => [code, locked] as const),
  ...[131042, 131044].map((code) => [code, payment] as const),
  ...[131048, 131064].map((code) => [code, spam] as const),
  ...[33, 131045, 133010].map((code) => [code, gone] as const),
  [138000, calling],
  [131055, sip],
  ...[132000, 132001, 132005, 132007, 132012, 132015, 132016, 132068, 132069].map(
    (code) => [code, template] as const,
  ),
])

/** Refused for now; milliseconds after which it is worth another try, where Meta says so. */
const throttles: ReadonlyMap<number, number | undefined> = new Map([
  [4, 60_000],
  [80007, 60_000],
  [613, undefined],
  [130429, undefined],
  [131056, 6_000],
  [138002, undefined],
  [138005, undefined],
])

const temporary: ReadonlySet<number> = new Set([1, 2, 131000, 131016, 131057])
const outsideWindow = 131047
const notAppliedInTime = 138007

/** Longest wait of a call action, whose caller is still on the line. */
const callBackOffMs = 1_000

function alarmOf(code: number): string | undefined {
  return alarms.get(code) ?? (code >= 200 && code <= 299 ? permission : undefined)
}

const isAuth = (code: number): boolean => {
  const alarm = alarmOf(code)
  return alarm === token || alarm === permission
}

/**
 * An error answer of Graph to what it means for the action.
 * Source: WhatsApp Cloud API, "Error codes" (2026-09) and "Troubleshoot WhatsApp calling errors"
 * (2026-06). Meta documents no code for acting on a call that is over, so for calls every 4xx that is
 * about neither the account nor its rate means that it is gone.
 *
 * @param code Graph's `error.code`; undefined when the body was not Graph's.
 * @param details free of ids and phone numbers (`scrub`).
 */
export function classify(
  kind: RequestKind,
  status: number,
  code: number | undefined,
  details: string,
): ActionResult {
  if (code === undefined) return classifyForeign(kind, status, details)
  if (kind === 'message' && code === outsideWindow)
    return { outcome: 'use_template', code, details }
  if (throttles.has(code)) return throttled(kind, code, details)
  if (kind === 'call') return classifyCall(status, code, details)
  const alarm = alarmOf(code) ?? (status === 401 ? token : undefined)
  if (alarm !== undefined) return { outcome: 'failed', code, details, alarm }
  const again = temporary.has(code) || status >= 500 || status === 429
  return { outcome: again ? 'retry' : 'failed', code, details }
}

function throttled(kind: RequestKind, code: number, details: string): ActionResult {
  const afterMs = kind === 'call' ? callBackOffMs : throttles.get(code)
  return { outcome: 'retry', code, details, ...(afterMs !== undefined && { afterMs }) }
}

function classifyCall(status: number, code: number, details: string): ActionResult {
  const isSettings = code === 138000 || code === 131055
  // 401 is also what Meta answers to calls it does not permit, each with a calling code of its own.
  const isToken = status === 401 && code < 138000
  const alarm = isAuth(code) || isSettings ? alarmOf(code) : isToken ? token : undefined
  if (alarm !== undefined) return { outcome: 'failed', code, details, alarm }
  if (code === notAppliedInTime) return { outcome: 'gone', code, details }
  const again = status >= 500 || status === 429
  return { outcome: again ? 'retry' : 'gone', code, details }
}

/** An answer without Graph's error body: of a proxy, a gateway, or a wrong address. */
function classifyForeign(kind: RequestKind, status: number, details: string): ActionResult {
  if (status === 429 || status === 408) return { outcome: 'retry', details }
  if (status >= 500) return { outcome: kind === 'message' ? 'uncertain' : 'retry', details }
  if (status === 401) return { outcome: 'failed', details, alarm: token }
  if (status === 403) return { outcome: 'failed', details, alarm: permission }
  if (status < 400)
    return { outcome: 'failed', details, alarm: 'META_GRAPH_URL does not lead to Graph' }
  return { outcome: kind === 'call' ? 'gone' : 'failed', details }
}
