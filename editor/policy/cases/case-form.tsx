import { Button, Modal, Select, TagsInput, TextInput, Textarea } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Case } from '../../../server/schema/cases.ts'
import { outcomeKinds } from '../../../server/schema/policy.ts'
import { instantSchema } from '../../../server/schema/primitives.ts'
import { OutcomeTag } from '../../parts/outcome-tag.tsx'
import { useWorkbench } from '../workbench.ts'
import type { CaseDraft } from './case-draft.ts'
import { caseOf, draftOf } from './case-draft.ts'
import styles from './cases.module.css'
import { GivenFacts } from './given-facts.tsx'
import type { CaseOutcome } from './run.ts'
import { runCases } from './run.ts'
import { useCaseInput } from './use-cases.ts'
import { wayOf } from './words.ts'

interface FormProps {
  readonly first: Case
  readonly isNew: boolean
  /** Names of the other cases. */
  readonly taken: ReadonlySet<string>
  readonly isSaving: boolean
  readonly onSave: (theCase: Case) => void
  readonly onClose: () => void
}

/** What the policy as it stands does with what the form describes. */
function useNow(theCase: Case | undefined): CaseOutcome | 'broken' | undefined {
  const { id, policy, problems, catalogue } = useWorkbench()
  const cases = useMemo(() => theCase && [theCase], [theCase])
  const { installation } = catalogue
  const input = useCaseInput(id, { document: policy, installation, cases })
  const hasErrors = problems.some(({ severity }) => severity === 'error')
  return useMemo(() => {
    if (hasErrors) return 'broken'
    try {
      return input && runCases(input).outcomes[0]
    } catch {
      return 'broken'
    }
  }, [input, hasErrors])
}

function Now({ now, takeOver }: { now: ReturnType<typeof useNow>; takeOver: () => void }) {
  const { t } = useTranslation()
  const { policy } = useWorkbench()
  if (now === undefined) return undefined
  if (now === 'broken') return <p className="muted">{t('cases.nowBroken')}</p>
  return (
    <div className={styles.now} role="status">
      <span>{t('cases.now')}</span>
      <OutcomeTag outcome={now.actual.outcome} />
      <span className="given">{wayOf(now.actual.path, policy, t)}</span>
      {now.actual.message !== undefined && (
        <span className="given">{`“${now.actual.message}”`}</span>
      )}
      <Button size="compact-xs" variant="default" onClick={takeOver}>
        {t('cases.takeOver')}
      </Button>
    </div>
  )
}

function Expected({ draft, set }: { draft: CaseDraft; set: (part: Partial<CaseDraft>) => void }) {
  const { t } = useTranslation()
  const { policy } = useWorkbench()
  return (
    <fieldset className={styles.given}>
      <legend>{t('cases.expected')}</legend>
      <Select
        label={t('cases.outcome')}
        allowDeselect={false}
        value={draft.outcome}
        data={outcomeKinds.map((value) => ({ value, label: t(`common.outcome.${value}`) }))}
        onChange={(value) => {
          const outcome = outcomeKinds.find((kind) => kind === value)
          if (outcome) set({ outcome })
        }}
      />
      <TagsInput
        label={t('cases.way')}
        value={[...draft.path]}
        data={Object.keys(policy.nodes)}
        onChange={(path) => set({ path })}
      />
      <Textarea
        label={t('cases.message')}
        autosize
        value={draft.message}
        onChange={({ currentTarget }) => set({ message: currentTarget.value })}
      />
      <TagsInput
        label={t('cases.unknownFacts')}
        value={[...draft.unknown]}
        data={draft.facts.map(({ name }) => name)}
        onChange={(unknown) => set({ unknown })}
      />
    </fieldset>
  )
}

/** One case: what is given and what is expected, and what the policy does with it right now. */
export function CaseForm(props: FormProps) {
  const { first, isNew, taken, isSaving, onSave, onClose } = props
  const { t } = useTranslation()
  const { catalogue } = useWorkbench()
  const [draft, setDraft] = useState(() => draftOf(first))
  const set = (part: Partial<CaseDraft>) => setDraft((old) => ({ ...old, ...part }))
  const theCase = useMemo(() => caseOf(draft, catalogue.installation), [draft, catalogue])
  const now = useNow(theCase)
  const isTaken = taken.has(draft.name.trim())
  const isInstant = instantSchema.safeParse(draft.at.trim()).success
  const takeOver = () => {
    if (!now || now === 'broken') return
    const { outcome, path, message = '', unknown } = now.actual
    set({ outcome, path, message, unknown })
  }
  return (
    <Modal
      opened
      size={720}
      onClose={onClose}
      transitionProps={{ duration: 0 }}
      title={t(isNew ? 'cases.titleNew' : 'cases.titleEdit')}
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (theCase && !isTaken) onSave(theCase)
        }}
      >
        <TextInput
          data-autofocus
          label={t('cases.name')}
          value={draft.name}
          error={isTaken && t('cases.nameTaken')}
          onChange={({ currentTarget }) => set({ name: currentTarget.value })}
        />
        <TextInput
          label={t('cases.at')}
          description={t('cases.atHint')}
          value={draft.at}
          error={!isInstant && t('cases.badInstant')}
          onChange={({ currentTarget }) => set({ at: currentTarget.value })}
        />
        <TextInput
          label={t('cases.who')}
          description={t('cases.whoHint')}
          value={draft.caller}
          onChange={({ currentTarget }) => set({ caller: currentTarget.value })}
        />
        <GivenFacts draft={draft} catalogue={catalogue} change={(facts) => set({ facts })} />
        <Expected draft={draft} set={set} />
        <Now now={now} takeOver={takeOver} />
        <div className={styles.ends}>
          <Button variant="default" onClick={onClose}>
            {t('cases.cancel')}
          </Button>
          <Button type="submit" disabled={!theCase || isTaken} loading={isSaving}>
            {t('cases.save')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
