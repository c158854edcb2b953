import { factSpec } from '../../../server/schema/facts.ts'
import type { FactValue } from '../../../server/schema/facts.ts'
import type { Case } from '../../../server/schema/cases.ts'
import { caseSchema } from '../../../server/schema/cases.ts'
import type { Installation } from '../../../server/schema/installation.ts'
import type { OutcomeKind } from '../../../server/schema/policy.ts'

/** One fact of a case as the form has it. */
export interface GivenFact {
  readonly name: string
  /** As it is typed; of a list, its entries with commas between. */
  readonly text: string
  readonly isUnknown: boolean
  /** Where the case states it. */
  readonly from: 'call' | 'caller' | 'facts'
}

/** A case as the form has it. */
export interface CaseDraft {
  readonly name: string
  readonly at: string
  readonly caller: string
  readonly facts: readonly GivenFact[]
  readonly outcome: OutcomeKind
  readonly path: readonly string[]
  readonly message: string
  readonly unknown: readonly string[]
}

const textOf = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value))

export function draftOf(theCase: Case): CaseDraft {
  const { call = {}, caller, facts = {}, expect } = theCase
  const of = (from: GivenFact['from'], name: string, value: unknown): GivenFact => {
    const isUnknown = from === 'facts' && value === 'unknown'
    return { name, text: isUnknown ? '' : textOf(value), isUnknown, from }
  }
  const ofCaller = typeof caller === 'object' ? caller : {}
  const named = (name: string) => (name.startsWith('caller.') ? name : `caller.${name}`)
  return {
    name: theCase.name,
    at: theCase.at,
    caller: typeof caller === 'string' ? caller : '',
    facts: [
      ...Object.entries(call).map(([name, value]) => of('call', `call.${name}`, value)),
      ...Object.entries(ofCaller).map(([name, value]) => of('caller', named(name), value)),
      ...Object.entries(facts).map(([name, value]) => of('facts', name, value)),
    ],
    outcome: expect.outcome,
    path: expect.path ?? [],
    message: expect.message ?? '',
    unknown: expect.unknown ?? [],
  }
}

const callFacts = new Set(['id', 'number', 'media', 'ctaPayload', 'deeplinkPayload'])

/** A fact that is added: of the call, of a caller who is not in the address book, or any other. */
export function newFact(name: string, isNamedCaller: boolean): GivenFact {
  const isOfCall = name.startsWith('call.') && callFacts.has(name.slice('call.'.length))
  const isOfCaller = name.startsWith('caller.') && !isNamedCaller
  return {
    name,
    text: '',
    isUnknown: false,
    from: isOfCall ? 'call' : isOfCaller ? 'caller' : 'facts',
  }
}

function valueOf({ name, text }: GivenFact, installation: Installation): FactValue {
  switch (factSpec(name, installation)?.type) {
    case 'number':
      return Number(text)
    case 'boolean':
      return text === 'true'
    case 'list':
      return text
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== '')
    default:
      return text
  }
}

/** A fact of somebody of the address book stands among the others. */
const placeOf = ({ isUnknown, from }: GivenFact, { caller }: CaseDraft): GivenFact['from'] =>
  isUnknown || (from === 'caller' && caller.trim() !== '') ? 'facts' : from

const entries = (
  draft: CaseDraft,
  place: GivenFact['from'],
  value: (fact: GivenFact) => FactValue,
): Record<string, FactValue> => {
  const cut = place === 'facts' ? 0 : place.length + 1
  const own = draft.facts.filter((fact) => placeOf(fact, draft) === place)
  return Object.fromEntries(own.map((fact) => [fact.name.slice(cut), value(fact)]))
}

const ifAny = (key: string, value: Record<string, unknown>): Record<string, unknown> =>
  Object.keys(value).length > 0 ? { [key]: value } : {}

/** The case that the form describes; undefined while it is none. */
export function caseOf(draft: CaseDraft, installation: Installation): Case | undefined {
  const { name, at, caller, outcome, path, message, unknown } = draft
  const value = (fact: GivenFact) =>
    fact.isUnknown ? ('unknown' as const) : valueOf(fact, installation)
  const parsed = caseSchema.safeParse({
    name: name.trim(),
    at: at.trim(),
    ...ifAny('call', entries(draft, 'call', value)),
    ...(caller.trim() === ''
      ? ifAny('caller', entries(draft, 'caller', value))
      : { caller: caller.trim() }),
    ...ifAny('facts', entries(draft, 'facts', value)),
    expect: {
      outcome,
      ...(path.length > 0 ? { path: [...path] } : {}),
      ...(message === '' ? {} : { message }),
      ...(unknown.length > 0 ? { unknown: [...unknown] } : {}),
    },
  })
  return parsed.success ? parsed.data : undefined
}
