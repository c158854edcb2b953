import { Autocomplete, NumberInput, Select, TagsInput, TextInput, Textarea } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { en } from '../../texts/en.ts'
import { useIsLeftOut } from './only-fields.ts'

export type FieldName = keyof (typeof en)['editor']['field']

/** Characters that fit beside each other in the form, roughly. */
const lineLength = 40

/**
 * Rows for a text, by counting: a field that measures itself has the browser lay the page out again for
 * each one, which takes longer than all the rest of a form.
 */
export function rowsFor(text: string, least: number): number {
  const rows = text
    .split('\n')
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / lineLength)), 0)
  return Math.min(12, Math.max(least, rows))
}

/** A whole number. */
export function NumberField(props: {
  field: FieldName
  value: number | undefined
  change: (value: number, field: string) => void
  min?: number
  max?: number
}) {
  const { t } = useTranslation()
  const { field, value, change, min = 0, max } = props
  if (useIsLeftOut(field)) return undefined
  return (
    <NumberInput
      label={t(`editor.field.${field}`)}
      value={value ?? ''}
      onChange={(next) => typeof next === 'number' && change(next, field)}
      min={min}
      {...(max === undefined ? {} : { max })}
    />
  )
}

interface TextProps {
  readonly field: FieldName
  readonly value: string | undefined
  readonly change: (value: string, field: string) => void
  readonly isLong?: boolean
}
export function TextField({ field, value, change, isLong = false }: TextProps) {
  const { t } = useTranslation()
  const Input = isLong ? Textarea : TextInput
  if (useIsLeftOut(field)) return undefined
  return (
    <Input
      label={t(`editor.field.${field}`)}
      value={value ?? ''}
      {...(isLong ? { rows: rowsFor(value ?? '', 2), resize: 'vertical' as const } : {})}
      onChange={({ currentTarget }) => change(currentTarget.value, field)}
    />
  )
}

/** A name of something that exists, or will. */
export function NameField(props: TextProps & { names: readonly string[] }) {
  const { t } = useTranslation()
  const { field, value, change, names } = props
  if (useIsLeftOut(field)) return undefined
  return (
    <Autocomplete
      label={t(`editor.field.${field}`)}
      value={value ?? ''}
      data={[...new Set(names)]}
      onChange={(next) => change(next, field)}
    />
  )
}

export function ChoiceField<T extends string>(props: {
  field: FieldName
  value: T
  choices: readonly { value: T; label: string }[]
  change: (value: T) => void
}) {
  const { t } = useTranslation()
  const { field, value, choices, change } = props
  if (useIsLeftOut(field)) return undefined
  return (
    <Select
      label={t(`editor.field.${field}`)}
      value={value}
      data={choices.map((choice) => ({ ...choice }))}
      allowDeselect={false}
      searchable={choices.length > 8}
      onChange={(next) => {
        const chosen = choices.find((choice) => choice.value === next)
        if (chosen) change(chosen.value)
      }}
    />
  )
}

export function ListField(props: {
  field: FieldName
  value: readonly string[]
  change: (value: string[]) => void
}) {
  const { t } = useTranslation()
  if (useIsLeftOut(props.field)) return undefined
  return (
    <TagsInput
      label={t(`editor.field.${props.field}`)}
      value={[...props.value]}
      onChange={props.change}
    />
  )
}
