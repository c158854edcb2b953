import type { Random } from '../random.ts'

/** What Graph answers. */
export interface GraphAnswer {
  status: number
  body: unknown
  headers?: Readonly<Record<string, string>>
}

/** Names and usual HTTP statuses of the documented codes (whatsapp-calling.md 3.5, 6.10). */
const known: Readonly<Record<number, readonly [status: number, title: string]>> = {
  1: [500, 'API Unknown'],
  2: [503, 'API Service'],
  4: [429, 'Application request limit reached'],
  10: [403, 'Permission denied'],
  33: [400, 'Parameter value is not valid'],
  100: [400, 'Invalid parameter'],
  190: [401, 'Invalid OAuth access token'],
  613: [429, 'Calls to this api have exceeded the rate limit'],
  80007: [429, 'Rate limit issues'],
  130403: [400, 'User is blocked'],
  130429: [429, 'Rate limit hit'],
  131000: [500, 'Something went wrong'],
  131008: [400, 'Required parameter is missing'],
  131009: [400, 'Parameter value is not valid'],
  131021: [400, 'Recipient cannot be sender'],
  131026: [400, 'Message undeliverable'],
  131044: [400, 'No valid payment method'],
  131047: [400, 'Re-engagement message'],
  131051: [400, 'Unsupported message type'],
  131055: [400, 'Graph call APIs are not allowed for SIP enabled numbers'],
  131056: [429, '(Business Account, Consumer Account) pair rate limit hit'],
  132000: [400, 'Template Param Count Mismatch'],
  132001: [404, 'Template does not exist'],
  138000: [401, 'Calling not enabled'],
  138001: [400, 'Receiver uncallable'],
  138002: [429, 'Concurrent calls limit reached'],
  138003: [400, 'Duplicate call'],
  138005: [429, 'Call rate limit exceeded'],
  138006: [401, 'No approved call permission from the recipient'],
  138009: [400, 'Call permission request limit hit'],
  138012: [400, 'Business initiated calls limit hit'],
  138013: [400, 'Business initiated calling is not available'],
  138014: [400, 'Calling temporarily disabled due to low quality'],
  138015: [400, 'Calling cannot be enabled'],
  138017: [400, 'Permanent call permission already granted'],
  138018: [400, 'Calling technical prerequisites missing'],
  139100: [400, 'Failed to block/unblock users'],
}

/** The English title of a code; codes without a documented one get a general one. */
export const titleOf = (code: number): string => known[code]?.[1] ?? 'An error occurred'

/** The usual HTTP status of a code. */
export const statusOf = (code: number): number => known[code]?.[0] ?? 400

/** Thrown by a handler: becomes an error body of Graph. */
export class GraphError extends Error {
  readonly code: number
  readonly status: number
  readonly details: string

  constructor(code: number, details: string, status: number = statusOf(code)) {
    super(`(#${code}) ${titleOf(code)}`)
    this.name = 'GraphError'
    this.code = code
    this.status = status
    this.details = details
  }
}

const traceId = (random: Random): string => `A${random.word(10)}_${random.word(11)}`

/** The documented body of an error (3.6). Code 190 has no `error_data`. */
export function errorAnswer(error: GraphError, random: Random): GraphAnswer {
  const isAuth = error.code === 190
  const data = { messaging_product: 'whatsapp', details: error.details }
  return {
    status: error.status,
    body: {
      error: {
        message: isAuth ? error.details : error.message,
        type: 'OAuthException',
        code: error.code,
        ...(isAuth ? {} : { error_data: data }),
        fbtrace_id: traceId(random),
      },
    },
  }
}
