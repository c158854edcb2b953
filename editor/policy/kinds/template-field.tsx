import { Select, Textarea } from '@mantine/core'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { shortestLength } from '../../../server/policy/validate/variables.ts'
import type { Catalogue } from '../../../server/schema/catalogue.ts'
import type { FactSpec } from '../../../server/schema/facts.ts'
import type { FieldName } from './fields.tsx'
import styles from '../parts/editor.module.css'

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

/** A text with values, its length counted as it is typed. */
export function TemplateField(props: TemplateProps) {
  const { field, label, value, most, catalogue, change } = props
  const { t } = useTranslation()
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
        autosize
        minRows={3}
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
          data={catalogue.facts.map(({ name, label: words }) => ({ value: name, label: words }))}
          onChange={insert}
        />
        <span data-over={length > most || undefined}>
          {t('editor.characters', { count: length, most })}
        </span>
      </div>
    </div>
  )
}
