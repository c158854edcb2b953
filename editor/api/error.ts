import { z } from 'zod'

const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.unknown().optional(),
    requestId: z.string(),
  }),
})

interface Problem {
  /** Of the server's closed list; `offline` when it cannot be reached. */
  readonly code: string
  readonly status: number
  readonly requestId: string
  readonly message?: string
  readonly details?: unknown
}

/** What the server says did not work. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: string
  readonly status: number
  readonly requestId: string
  readonly details: unknown

  constructor(problem: Problem, options: { cause?: unknown } = {}) {
    super(problem.message ?? problem.code, options)
    this.code = problem.code
    this.status = problem.status
    this.requestId = problem.requestId
    this.details = problem.details
  }
}

interface Answer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  json(): Promise<unknown>
}

/** An answer that did not work, as an error. */
export async function problemOf(response: Answer): Promise<ApiError> {
  const parsed = errorBody.safeParse(await response.json().catch(() => undefined))
  const requestId = response.headers.get('x-request-id') ?? ''
  if (!parsed.success) return new ApiError({ code: 'internal', status: response.status, requestId })
  return new ApiError({ ...parsed.data.error, status: response.status })
}
