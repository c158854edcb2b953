import type { Clock } from '../clock.ts'
import type { CrmTried } from '../schema/crm-settings.ts'
import type { Installation } from '../schema/installation.ts'
import type { CrmAnswer } from './crm.ts'
import { askCrm, parseCrmBody } from './crm.ts'
import { crmFact } from './crm-fields.ts'
import type { Outgoing } from './outgoing.ts'
import { OutgoingError } from './outgoing.ts'

interface TryDeps {
  readonly url: string
  readonly token: string | undefined
  readonly outgoing: Outgoing
  readonly clock: Clock
  readonly installation: Installation
}

const mostNames = 200
const fresh = { cached: false, ageMs: 0, stale: false } as const

/** Dotted paths of an answer, as deep as mappings go in practice. */
function pathsOf(body: Readonly<Record<string, unknown>>, depth = 3): string[] {
  return Object.entries(body).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && depth > 1
      ? // an object of a JSON answer
        pathsOf(value as Record<string, unknown>, depth - 1).map((rest) => `${name}.${rest}`)
      : [name],
  )
}

function fieldsOf(answer: CrmAnswer, installation: Installation): CrmTried['fields'] {
  const { crm, mapping } = installation.declared
  const names = new Set(['found', ...crm.map(({ name }) => name), ...Object.keys(mapping)])
  return Object.fromEntries(
    [...names].map((name) => {
      const seen = crmFact(`crm.${name}`, answer, installation)
      return [name, 'unknown' in seen ? { unknown: seen.unknown } : { value: seen.value }]
    }),
  )
}

/** Asks the CRM once, past cache and breaker, and says what policies would see of the answer. */
export async function tryCrm(
  deps: TryDeps,
  who: { phone?: string | undefined; userId?: string | undefined },
): Promise<CrmTried> {
  const started = deps.clock.monotonic()
  const result = (part: Omit<CrmTried, 'ms'>): CrmTried => ({
    ...part,
    ms: Math.round((deps.clock.monotonic() - started) * 10) / 10,
  })
  const failed = (status: number | null, error: string): CrmTried =>
    result({ status, outcome: 'failed', error, fields: {}, names: [] })
  const missing = (status: number): CrmTried => {
    const fields = fieldsOf({ kind: 'missing', ...fresh }, deps.installation)
    return result({ status, outcome: 'missing', error: null, fields, names: [] })
  }
  try {
    const { status, text } = await askCrm(deps, who)
    if (status === 404) return missing(status)
    if (status !== 200) return failed(status, `HTTP ${status}`)
    const body = parseCrmBody(text)
    if (!body) return missing(status)
    const fields = fieldsOf({ kind: 'found', body, ...fresh }, deps.installation)
    const names = pathsOf(body).slice(0, mostNames)
    return result({ status, outcome: 'found', error: null, fields, names })
  } catch (error) {
    return failed(null, error instanceof OutgoingError ? error.reason : 'not a JSON object')
  }
}
