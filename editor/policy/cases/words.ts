import type { TFunction } from 'i18next'
import type { Case } from '../../../server/schema/cases.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import { titleOf } from '../kinds/kinds.ts'

const shown = (value: unknown, t: TFunction): string =>
  value === 'unknown' ? t('cases.unknown') : Array.isArray(value) ? value.join(', ') : String(value)

/** What a case is given, in words: when, who, and the facts. */
export function givenOf({ at, call = {}, caller, facts = {} }: Case, t: TFunction): string {
  const stated = typeof caller === 'object' ? caller : {}
  const named = (name: string) => (name.startsWith('caller.') ? name : `caller.${name}`)
  const all = [
    ...Object.entries(call).map(([name, value]) => [`call.${name}`, value] as const),
    ...Object.entries(stated).map(([name, value]) => [named(name), value] as const),
    ...Object.entries(facts),
  ]
  const who =
    typeof caller === 'string' ? t('cases.caller', { caller }) : caller ? [] : t('cases.stranger')
  return [
    at.replace('T', ' ').replace(/:00(\.000)?(?=Z|[+-])/, ''),
    who,
    ...all.map(([fact, value]) => t('cases.factIs', { fact, value: shown(value, t) })),
  ]
    .flat()
    .join(' · ')
}

/** Steps by the names they have on the canvas. */
export function wayOf(path: readonly string[], policy: Policy, t: TFunction): string {
  return path
    .map((id) => {
      const node = Object.hasOwn(policy.nodes, id) ? policy.nodes[id] : undefined
      return node ? titleOf(node, t) : id === 'fallback' ? t('editor.fallbackName') : id
    })
    .join(' → ')
}
