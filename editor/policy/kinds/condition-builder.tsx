import {
  ActionIcon,
  Button,
  NumberInput,
  SegmentedControl,
  Select,
  TagsInput,
  TextInput,
} from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Catalogue } from '../../../server/schema/catalogue.ts'
import type { FactType } from '../../../server/schema/facts.ts'
import { factSpec } from '../../../server/schema/facts.ts'
import type { Condition, Leaf, Operand, OperatorName } from '../../../server/schema/policy.ts'
import styles from '../parts/editor.module.css'
import { isOperator, sentenceOf } from './condition-sentence.ts'

const compare = ['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'] as const
const operators: Readonly<Record<FactType, readonly OperatorName[]>> = {
  string: ['equal', 'notEqual', 'in', 'notIn'],
  number: ['equal', 'notEqual', ...compare],
  boolean: ['equal', 'notEqual'],
  list: ['contains', 'doesNotContain'],
  instant: compare,
}

const firstValue = (type: FactType, operator: string, values?: readonly string[]): Operand => {
  if (operator === 'in' || operator === 'notIn') return values ? [...values].slice(0, 1) : []
  if (type === 'number') return 0
  if (type === 'boolean') return true
  return type === 'instant' ? '2026-01-01T00:00:00Z' : (values?.[0] ?? '')
}

interface BuilderProps {
  readonly condition: Condition
  readonly catalogue: Catalogue
  readonly change: (condition: Condition, field?: string) => void
}

function OperandInput({ leaf, catalogue, change }: BuilderProps & { leaf: Leaf }) {
  const { t } = useTranslation()
  const spec = factSpec(leaf.fact, catalogue.installation)
  const { value } = leaf
  const set = (next: Operand, field?: string) => change({ ...leaf, value: next }, field)
  const name = { 'aria-label': t('editor.field.value'), size: 'xs' } as const
  if (typeof value === 'boolean')
    return (
      <Select
        {...name}
        value={String(value)}
        allowDeselect={false}
        data={[
          { value: 'true', label: t('editor.true') },
          { value: 'false', label: t('editor.false') },
        ]}
        onChange={(next) => set(next === 'true')}
      />
    )
  if (Array.isArray(value))
    return (
      <TagsInput
        {...name}
        value={value.map(String)}
        data={[...(spec?.values ?? [])]}
        onChange={set}
      />
    )
  if (typeof value === 'number')
    return (
      <NumberInput
        {...name}
        value={value}
        onChange={(next) => typeof next === 'number' && set(next, leaf.fact)}
      />
    )
  if (typeof value === 'object' && 'fact' in value)
    return (
      <Select
        {...name}
        searchable
        value={value.fact}
        data={catalogue.facts.map(({ name: fact }) => fact)}
        onChange={(fact) => fact && set({ fact })}
      />
    )
  if (spec?.values)
    return (
      <Select
        {...name}
        value={String(value)}
        data={[...spec.values]}
        allowDeselect={false}
        onChange={(next) => next !== null && set(next)}
      />
    )
  return (
    <TextInput
      {...name}
      value={String(value)}
      onChange={({ currentTarget }) => set(currentTarget.value, leaf.fact)}
    />
  )
}

function LeafRow({ leaf, catalogue, change }: BuilderProps & { leaf: Leaf }) {
  const { t } = useTranslation()
  const { facts, installation } = catalogue
  const spec = factSpec(leaf.fact, installation)
  const known = facts.map(({ name, label }) => ({ value: name, label }))
  const data = known.some(({ value }) => value === leaf.fact)
    ? known
    : [...known, { value: leaf.fact, label: spec?.label ?? leaf.fact }]
  const fitting = spec ? (spec.undeclared ? operators.string : operators[spec.type]) : []
  return (
    <div className={styles.leaf}>
      <Select
        size="xs"
        aria-label={t('editor.field.fact')}
        searchable
        allowDeselect={false}
        value={leaf.fact}
        data={data}
        onChange={(fact) => {
          const next = fact === null ? undefined : factSpec(fact, installation)
          if (!next) return
          const operator = operators[next.type][0] ?? 'equal'
          change({ fact: next.name, operator, value: firstValue(next.type, operator, next.values) })
        }}
      />
      <Select
        size="xs"
        aria-label={t('editor.field.operator')}
        allowDeselect={false}
        value={leaf.operator}
        data={[...new Set([...fitting, ...(isOperator(leaf.operator) ? [leaf.operator] : [])])].map(
          (value) => ({ value, label: t(`editor.operator.${value}`) }),
        )}
        onChange={(operator) => {
          if (operator === null) return
          const isList = operator === 'in' || operator === 'notIn'
          const fits = isList === Array.isArray(leaf.value)
          change({
            ...leaf,
            operator,
            value: fits ? leaf.value : firstValue(spec?.type ?? 'string', operator, spec?.values),
          })
        }}
      />
      <OperandInput condition={leaf} leaf={leaf} catalogue={catalogue} change={change} />
    </div>
  )
}

const blankLeaf: Leaf = { fact: 'caller.priority', operator: 'greaterThanInclusive', value: 50 }

function Group({ condition, catalogue, change }: BuilderProps) {
  const { t } = useTranslation()
  if ('fact' in condition)
    return <LeafRow condition={condition} leaf={condition} catalogue={catalogue} change={change} />
  if ('not' in condition)
    return (
      <Group
        condition={condition.not}
        catalogue={catalogue}
        change={(not, field) => change({ not }, field)}
      />
    )
  const isAll = 'all' in condition
  const inner = isAll ? condition.all : condition.any
  const set = (next: Condition[], field?: string) =>
    change(isAll ? { all: next } : { any: next }, field)
  return (
    <div className={styles.group}>
      <SegmentedControl
        size="xs"
        aria-label={t('editor.kind.condition')}
        value={isAll ? 'all' : 'any'}
        data={[
          { value: 'all', label: t('editor.all') },
          { value: 'any', label: t('editor.any') },
        ]}
        onChange={(word) => change(word === 'all' ? { all: inner } : { any: inner })}
      />
      {inner.map((one, index) => (
        <div key={index} className={styles.groupRow}>
          <Group
            condition={one}
            catalogue={catalogue}
            change={(next, field) => set(inner.with(index, next), field && `${index} ${field}`)}
          />
          {inner.length > 1 && (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('editor.remove')}
              onClick={() => set(inner.filter((_, at) => at !== index))}
            >
              <X size={14} aria-hidden />
            </ActionIcon>
          )}
        </div>
      ))}
      <div className={styles.under}>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<Plus size={13} />}
          onClick={() => set([...inner, blankLeaf])}
        >
          {t('editor.addCondition')}
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => set([...inner, isAll ? { any: [blankLeaf] } : { all: [blankLeaf] }])}
        >
          {t('editor.addGroup')}
        </Button>
      </div>
    </div>
  )
}

/** Conditions from the facts there are, with the operators and values that fit, read as a sentence. */
export function ConditionBuilder({ condition, catalogue, change }: BuilderProps) {
  const { t } = useTranslation()
  return (
    <>
      <p className={styles.sentence}>{sentenceOf(condition, t)}</p>
      <Group condition={condition} catalogue={catalogue} change={change} />
    </>
  )
}
