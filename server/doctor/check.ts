import type { GraphAnswer } from '../channels/whatsapp/client.ts'

/** `skipped`: cannot be told before something else is mended. */
export type CheckState = 'ok' | 'warning' | 'problem' | 'skipped'

/** One thing that was looked at. */
export interface Check {
  /** What was looked at, for programs: `token`, `webhook_fields`, `calling` … */
  readonly id: string
  /** About what: `app`, `account`, or a phone-number id. */
  readonly subject?: string
  readonly state: CheckState
  /** One plain sentence. */
  readonly message: string
  /** What to click or set to mend it. */
  readonly mend?: string
}

interface Fault {
  readonly message: string
  readonly mend: string
}

/** Makes the checks of one subject. */
export interface Findings {
  ok(id: string, message: string): Check
  skipped(id: string, message: string): Check
  warning(id: string, fault: Fault): Check
  problem(id: string, fault: Fault): Check
}

export function findings(subject?: string): Findings {
  const about = subject === undefined ? {} : { subject }
  return {
    ok: (id, message) => ({ id, ...about, state: 'ok', message }),
    skipped: (id, message) => ({ id, ...about, state: 'skipped', message }),
    warning: (id, fault) => ({ id, ...about, state: 'warning', ...fault }),
    problem: (id, fault) => ({ id, ...about, state: 'problem', ...fault }),
  }
}

/** Meta's refusal in a few words: `code 190, HTTP 401: …`. */
export function refusalOf(answer: GraphAnswer & { ok: false }): string {
  const { code, status, details } = answer
  const parts = [
    ...(code === undefined ? [] : [`code ${code}`]),
    ...(status === undefined ? [] : [`HTTP ${status}`]),
  ]
  return `${parts.join(', ') || 'no answer'}: ${details}`
}

/** An answer that is neither yes nor no: Meta is busy or failing. */
export function isPassing({ status }: GraphAnswer & { ok: false }): boolean {
  return status === undefined || status === 429 || status >= 500
}

/** What an unexpected answer means for one question. */
export function unanswered(
  { problem }: Findings,
  id: string,
  told: { question: string; answer: GraphAnswer & { ok: false }; mend: string },
): Check {
  const { question, answer, mend } = told
  const message = `Meta did not tell ${question} (${refusalOf(answer)}).`
  return problem(id, {
    message,
    mend: isPassing(answer) ? 'Wait a minute and run callgate doctor again.' : mend,
  })
}
