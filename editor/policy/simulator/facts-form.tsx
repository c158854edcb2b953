import { NumberInput, Select, TagsInput, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Stated } from '../../../server/policy/try-call/faults.ts'
import { valueWords } from '../../../server/policy/say/values.ts'
import { isTimed } from '../../../server/policy/why-not/time-lever.ts'
import type { FactSeen, FactSpec } from '../../../server/schema/facts.ts'
import { factSpec } from '../../../server/schema/facts.ts'
import type { Installation } from '../../../server/schema/installation.ts'
import { useWords } from '../../parts/use-words.ts'

interface FactsProps {
  readonly installation: Installation
  /** What every fact of the policy is in the call. */
  readonly read: Readonly<Record<string, FactSeen>>
  readonly facts: Stated
  readonly change: (facts: Stated) => void
}

/** Set elsewhere on the form, or never. */
const elsewhere = new Set(['call.id', 'caller.key', 'crm.found'])

interface FieldProps {
  readonly spec: FactSpec
  readonly value: Stated[string] | undefined
  readonly hint: string
  readonly set: (value: Stated[string] | undefined) => void
}

function WordField({ spec, value, hint, set }: FieldProps) {
  const { t } = useTranslation()
  const words = useWords()
  const own = spec.type === 'boolean' ? ['true', 'false'] : (spec.values ?? [])
  const labelOf = (one: string): string =>
    valueWords(spec.type === 'boolean' ? one === 'true' : one, spec.name, words)
  const unknown = spec.mayBeUnknown ? [{ value: 'unknown', label: t('simulator.notKnown') }] : []
  return (
    <Select
      label={spec.label}
      placeholder={hint}
      clearable
      data={[...own.map((one) => ({ value: one, label: labelOf(one) })), ...unknown]}
      value={value === undefined ? null : String(value)}
      onChange={(next) => {
        const isTruth = spec.type === 'boolean' && next !== 'unknown'
        set(next === null ? undefined : isTruth ? next === 'true' : next)
      }}
    />
  )
}

function FactField(props: FieldProps) {
  const { spec, value, hint, set } = props
  const common = { label: spec.label, placeholder: hint }
  if (spec.type === 'boolean' || spec.values) return <WordField {...props} />
  if (spec.type === 'number' || spec.type === 'instant')
    return (
      <NumberInput
        {...common}
        value={typeof value === 'number' ? value : ''}
        onChange={(next) => set(typeof next === 'number' ? next : undefined)}
      />
    )
  if (spec.type === 'list')
    return (
      <TagsInput
        {...common}
        value={Array.isArray(value) ? value : []}
        onChange={(next) => set(next.length > 0 ? next : undefined)}
      />
    )
  return (
    <TextInput
      {...common}
      value={typeof value === 'string' ? value : ''}
      onChange={({ currentTarget }) => set(currentTarget.value || undefined)}
    />
  )
}

/** Every fact that the policy asks for, to be set by hand; an empty field leaves it as it is. */
export function FactsForm({ installation, read, facts, change }: FactsProps) {
  const { t } = useTranslation()
  const words = useWords()
  const shown = Object.keys(read).filter((name) => !isTimed(name) && !elsewhere.has(name))
  const hintOf = (name: string): string => {
    const seen = read[name]
    const value =
      seen && 'value' in seen ? valueWords(seen.value, name, words) : t('simulator.notKnown')
    return t('simulator.asIs', { value })
  }
  return shown.map((name) => {
    const spec = factSpec(name, installation)
    const set = (value: Stated[string] | undefined) => {
      const { [name]: _, ...rest } = facts
      change(value === undefined ? rest : { ...rest, [name]: value })
    }
    return (
      spec && <FactField key={name} spec={spec} value={facts[name]} hint={hintOf(name)} set={set} />
    )
  })
}
