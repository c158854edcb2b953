import type { Settled } from '../policy/fact-value.ts'
import { declaredValue, known, ownValue, unknown } from '../policy/fact-value.ts'
import type { Installation } from '../schema/installation.ts'
import type { CrmAnswer } from './crm.ts'

/** Walks a dotted path over own properties. */
function atPath(body: unknown, path: string): unknown {
  return path.split('.').reduce(ownValue, body)
}

function rawField(body: unknown, field: string, installation: Installation): unknown {
  const mapped = ownValue(installation.declared.mapping, field)
  if (typeof mapped === 'string') return atPath(body, mapped)
  return ownValue(body, field) ?? atPath(body, field)
}

/**
 * What a CRM answer says of a fact (`crm.found`, `crm.<field>`): through the mapping, by its own name
 * where none is given; of the declared type, or unknown.
 */
export function crmFact(name: string, answer: CrmAnswer, installation: Installation): Settled {
  if (answer.kind === 'unknown') return unknown(answer.reason)
  const field = name.slice('crm.'.length)
  if (field === 'found') return known(answer.kind === 'found')
  if (answer.kind === 'missing') return unknown('not_found')
  const declaration = installation.declared.crm.find((one) => one.name === field)
  return declaredValue(declaration, rawField(answer.body, field, installation))
}

/** Where an answer came from; the age of a cached one is said. */
export function crmSource(answer: CrmAnswer): string {
  if (answer.kind === 'unknown' || !answer.cached) return 'crm'
  return `crm (cached ${Math.round(answer.ageMs / 1000)} s ago)`
}
