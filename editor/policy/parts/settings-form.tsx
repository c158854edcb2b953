import { ActionIcon, MultiSelect } from '@mantine/core'
import { Settings2, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { OutcomeKind, Policy } from '../../../server/schema/policy.ts'
import { outcomeKinds } from '../../../server/schema/policy.ts'
import { ChoiceField, NumberField, TextField } from '../kinds/fields.tsx'
import { kindOf, kinds } from '../kinds/kinds.ts'
import { useWorkbench } from '../workbench.ts'
import styles from './editor.module.css'

/** What happens when the way cannot go on; the same forms as for the steps. */
function FallbackFields() {
  const { t } = useTranslation()
  const { policy, catalogue, change } = useWorkbench()
  const { fallback } = policy
  const { Form } = kindOf(fallback)
  // without `otherwise`, which no blank step has: a fallback of the chosen kind
  const blank = (kind: OutcomeKind) => kinds[kind].blank(catalogue) as Policy['fallback']
  return (
    <>
      <ChoiceField
        field="fallback"
        value={fallback.kind}
        choices={outcomeKinds.map((value) => ({ value, label: t(`editor.kind.${value}`) }))}
        change={(kind) => change({ ...policy, fallback: blank(kind) })}
      />
      <Form
        key={fallback.kind}
        id="fallback"
        node={fallback}
        catalogue={catalogue}
        change={(next, field) =>
          // the form of an outcome gives back an outcome of the same kind
          change({ ...policy, fallback: next as Policy['fallback'] }, field && `fallback ${field}`)
        }
      />
    </>
  )
}

/** The form of the policy itself: name, lines, budget, fallback. */
export function SettingsForm() {
  const { t } = useTranslation()
  const { policy, catalogue, isEditable, change, select } = useWorkbench()
  const lines = [
    { value: '*', label: t('policies.allLines') },
    ...catalogue.installation.lines.map(({ id, name, display }) => ({
      value: id,
      label: [name, display].filter(Boolean).join(' · ') || id,
    })),
  ]
  const listed = new Set(lines.map(({ value }) => value))
  const others = policy.numbers.filter((one) => !listed.has(one))
  const setDescription = (text: string) => {
    const { description: _, ...rest } = policy
    change(text === '' ? rest : { ...rest, description: text }, 'description')
  }
  return (
    <aside className={styles.inspector} aria-label={t('editor.settingsTitle')}>
      <div className={styles.inspectorHead}>
        <Settings2 size={19} aria-hidden />
        <div style={{ flex: 1, minWidth: 0 }}>
          <h2>{t('editor.settingsTitle')}</h2>
          <span className="mono muted">{policy.id}</span>
        </div>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('editor.close')}
          onClick={() => select([])}
        >
          <X size={16} aria-hidden />
        </ActionIcon>
      </div>
      <fieldset className={styles.form} disabled={!isEditable} style={{ border: 0, margin: 0 }}>
        <TextField
          field="policyName"
          value={policy.name}
          change={(name) => change({ ...policy, name }, 'name')}
        />
        <TextField field="description" isLong value={policy.description} change={setDescription} />
        <MultiSelect
          label={t('editor.field.numbers')}
          description={t('editor.numbersHint')}
          data={[...lines, ...others.map((value) => ({ value, label: value }))]}
          value={[...policy.numbers]}
          onChange={(numbers) => change({ ...policy, numbers })}
        />
        <NumberField
          field="budgetMs"
          value={policy.budgetMs}
          min={10}
          max={5000}
          change={(budgetMs) => change({ ...policy, budgetMs }, 'budgetMs')}
        />
        <FallbackFields />
      </fieldset>
    </aside>
  )
}
