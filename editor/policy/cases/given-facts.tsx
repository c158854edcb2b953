import { ActionIcon, Checkbox, Select, TextInput } from '@mantine/core'
import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { factSpec } from '../../../server/schema/facts.ts'
import type { Catalogue } from '../../../server/schema/catalogue.ts'
import type { CaseDraft, GivenFact } from './case-draft.ts'
import { newFact } from './case-draft.ts'
import styles from './cases.module.css'

interface FactProps {
  readonly fact: GivenFact
  readonly catalogue: Catalogue
  readonly change: (fact: GivenFact | undefined) => void
}

function Fact({ fact, catalogue, change }: FactProps) {
  const { t } = useTranslation()
  const spec = factSpec(fact.name, catalogue.installation)
  const choices = spec?.type === 'boolean' ? ['true', 'false'] : spec?.values
  const label = spec?.label ?? fact.name
  return (
    <div className={styles.fact}>
      <span>
        {label}
        <small className="mono">{fact.name}</small>
      </span>
      {choices ? (
        <Select
          aria-label={label}
          size="xs"
          disabled={fact.isUnknown}
          value={fact.text}
          data={choices.map((value) => ({
            value,
            label: value === 'true' || value === 'false' ? t(`editor.${value}`) : value || '–',
          }))}
          onChange={(text) => text !== null && change({ ...fact, text })}
        />
      ) : (
        <TextInput
          aria-label={label}
          size="xs"
          disabled={fact.isUnknown}
          value={fact.text}
          inputMode={spec?.type === 'number' ? 'decimal' : undefined}
          onChange={({ currentTarget }) => change({ ...fact, text: currentTarget.value })}
        />
      )}
      <Checkbox
        size="xs"
        label={t('cases.isUnknown')}
        checked={fact.isUnknown}
        onChange={({ currentTarget }) => change({ ...fact, isUnknown: currentTarget.checked })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('cases.removeFact', { fact: label })}
        onClick={() => change(undefined)}
      >
        <X size={14} aria-hidden />
      </ActionIcon>
    </div>
  )
}

interface GivenProps {
  readonly draft: CaseDraft
  readonly catalogue: Catalogue
  readonly change: (facts: readonly GivenFact[]) => void
}

/** The facts a case states, each to be set, made unknown or taken out; and one to add. */
export function GivenFacts({ draft, catalogue, change }: GivenProps) {
  const { t } = useTranslation()
  const { facts, caller } = draft
  const named = new Set(facts.map(({ name }) => name))
  const free = catalogue.facts.filter(({ name }) => !named.has(name) && name !== 'call.at')
  const add = (name: string) => {
    const fact = newFact(name, caller.trim() !== '')
    const spec = factSpec(name, catalogue.installation)
    const first = spec?.type === 'boolean' ? 'true' : (spec?.values?.[0] ?? '')
    change([...facts, { ...fact, text: spec?.type === 'number' ? '0' : first }])
  }
  return (
    <fieldset className={styles.given}>
      <legend>{t('cases.facts')}</legend>
      <p className="muted">{t('cases.factsHint')}</p>
      {facts.map((fact, index) => (
        <Fact
          key={fact.name}
          fact={fact}
          catalogue={catalogue}
          change={(next) => change(facts.flatMap((one, at) => (at === index ? (next ?? []) : one)))}
        />
      ))}
      <Select
        size="xs"
        aria-label={t('cases.addFact')}
        placeholder={t('cases.addFact')}
        searchable
        value={null}
        data={free.map(({ name, label }) => ({ value: name, label: `${label} · ${name}` }))}
        onChange={(name) => name !== null && add(name)}
      />
    </fieldset>
  )
}
