/** The closed list of error codes and the HTTP status each one has. */
export const errorStatus = {
  bad_request: 400,
  invalid_signature: 401,
  unauthorized: 401,
  totp_required: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  outdated: 409,
  no_media: 409,
  call_over: 409,
  precondition_failed: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  invalid_policy: 422,
  precondition_required: 428,
  too_many_requests: 429,
  internal: 500,
  provider_failed: 502,
  server_misconfigured: 503,
  storage_unavailable: 503,
  overloaded: 503,
} as const
export type ErrorCode = keyof typeof errorStatus

/** What goes wrong on purpose: a code from the closed list, plain words, and what is behind it. */
export class GatekeeperError extends Error {
  override readonly name = 'GatekeeperError'
  readonly code: ErrorCode
  readonly details: unknown

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.details = options.details
  }

  get status(): (typeof errorStatus)[ErrorCode] {
    return errorStatus[this.code]
  }
}
