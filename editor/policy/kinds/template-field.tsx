import { Select, Textarea } from '@mantine/core'
import type { TFunction } from 'i18next'
import { useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { knownFactsAt } from '../../../server/policy/known-facts.ts'
import { shortestLength } from '../../../server/policy/validate/variables.ts'
import type { Catalogue } from '../../../server/schema/catalogue.ts'
import type { FactSpec } from '../../../server/schema/facts.ts'
import type { FieldName } from './fields.tsx'
import { rowsFor } from './fields.tsx'
import styles from '../parts/editor.module.css'
import { useWorkbench } from '../workbench.ts'

interface TemplateProps {
  readonly field: FieldName
  readonly label?: string
  readonly value: string
  readonly most: number
  readonly catalogue: Catalogue
  readonly change: (value: string, field: string) => void
}

/** A value in a text; what can be missing gets a default at once, so that the text is never wrong. */
function variable({
  name,
  type,
  mayBeUnknown,
  mayBeEmpty,
}: Pick<FactSpec, 'name' | 'type' | 'mayBeUnknown' | 'mayBeEmpty'>): string {
  const filters = [
    ...(type === 'instant' ? ['time: "ccc HH:mm"'] : []),
    ...(mayBeUnknown || mayBeEmpty ? ['default: "…"'] : []),
  ]
  return `{{${[name, ...filters].join(' | ')}}}`
}

/** What can be put in, what is known here first. */
function groups(facts: Catalogue['facts'], known: ReadonlySet<string>, t: TFunction) {
  const isKnown = ({ name, mayBeUnknown, mayBeEmpty }: Catalogue['facts'][number]) =>
    (!mayBeUnknown || known.has(name)) && !mayBeEmpty
  const items = (some: Catalogue['facts']) =>
    some.map(({ name, label }) => ({ value: name, label }))
  return [
    { group: t('editor.knownHere'), items: items(facts.filter(isKnown)) },
    { group: t('editor.maybeMissing'), items: items(facts.filter((one) => !isKnown(one))) },
  ]
}

/** A text with values, its length counted as it is typed. */
export function TemplateField(props: TemplateProps) {
  const { field, label, value, most, catalogue, change } = props
  const { t } = useTranslation()
  const { policy, selected } = useWorkbench()
  const step = selected.length === 1 ? selected[0] : undefined
  const known = useMemo(
    () => (step === undefined ? new Set<string>() : knownFactsAt(policy, step)),
    [policy, step],
  )
  const area = useRef<HTMLTextAreaElement>(null)
  const length = shortestLength(value, catalogue.installation)
  const insert = (name: string | null) => {
    const spec = catalogue.facts.find((one) => one.name === name)
    if (!spec) return
    const at = area.current?.selectionStart ?? value.length
    change(`${value.slice(0, at)}${variable(spec)}${value.slice(at)}`, `${field} ${name}`)
  }
  return (
    <div>
      <Textarea
        ref={area}
        label={label ?? t(`editor.field.${field}`)}
        value={value}
        rows={rowsFor(value, 3)}
        resize="vertical"
        error={length > most}
        onChange={({ currentTarget }) => change(currentTarget.value, field)}
      />
      <div className={styles.under}>
        <Select
          size="xs"
          aria-label={t('editor.field.insert')}
          placeholder={t('editor.field.insert')}
          searchable
          value={null}
          data={groups(catalogue.facts, known, t)}
          onChange={insert}
        />
        <span data-over={length > most || undefined}>
          {t('editor.characters', { count: length, most })}
        </span>
      </div>
    </div>
  )
}
