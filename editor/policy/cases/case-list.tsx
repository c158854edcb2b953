import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { Plus } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Case } from '../../../server/schema/cases.ts'
import { useMay } from '../../api/session.ts'
import { Table } from '../../parts/table.tsx'
import { useWorkbench } from '../workbench.ts'
import type { Row } from './case-columns.tsx'
import { useCaseColumns } from './case-columns.tsx'
import { CaseForm } from './case-form.tsx'
import { CaseSummary } from './case-summary.tsx'
import styles from './cases.module.css'
import { Gaps } from './gaps.tsx'
import { marksOf } from './run.ts'
import type { RunState } from './use-case-run.ts'
import { useCaseRun } from './use-case-run.ts'
import { useCaseInput, useSaveCases } from './use-cases.ts'

const blank = (name: string): Case => ({
  name,
  at: new Date().toISOString().replace(/\d\d\.\d+Z$/, '00Z'),
  expect: { outcome: 'accept' },
})

interface Stored {
  readonly cases: readonly Case[]
  readonly revision: string
}

/** The cases as the document decides them right now; marks the drawing. */
function useRows(cases: readonly Case[]): { rows: Row[]; state: RunState } {
  const { id, policy, problems, catalogue, setMarks } = useWorkbench()
  const hasErrors = problems.some(({ severity }) => severity === 'error')
  const { installation } = catalogue
  const input = useCaseInput(id, { document: policy, installation, cases })
  const ran = useCaseRun(hasErrors ? undefined : input)
  const state = hasErrors ? { isBroken: true } : ran
  const about = state.input?.cases
  const run = state.run
  useEffect(() => {
    setMarks(run && about ? marksOf(about, run) : undefined)
  }, [run, about, setMarks])
  useEffect(() => () => setMarks(undefined), [setMarks])
  const rows = useMemo(
    () =>
      cases.map((theCase, index) => ({
        index,
        theCase,
        outcome: about === cases ? run?.outcomes[index] : undefined,
      })),
    [cases, about, run],
  )
  return { rows, state }
}

/** All cases, each with what came of it; to add to, change and delete. */
export function CaseList({ cases, revision }: Stored) {
  const { t } = useTranslation()
  const { id, setLit } = useWorkbench()
  const mayEdit = useMay('putCases')
  const save = useSaveCases(id)
  const [open, setOpen] = useState<{ index: number; first: Case }>()
  const { rows, state } = useRows(cases)
  const replace = (index: number, put: readonly Case[]) => [
    ...cases.slice(0, index),
    ...put,
    ...cases.slice(index + 1),
  ]
  const remove = ({ index, theCase }: Row) =>
    save.mutate(
      { cases: replace(index, []), revision },
      {
        onSuccess: (stored) => {
          const undo = () => save.mutate({ cases, revision: stored.revision })
          notifications.show({
            message: (
              <>
                {t('cases.removed', { name: theCase.name })}{' '}
                <Button size="compact-xs" variant="default" onClick={undo}>
                  {t('cases.undo')}
                </Button>
              </>
            ),
            autoClose: 8000,
          })
        },
      },
    )
  const edit = ({ index, theCase }: Row) => setOpen({ index, first: theCase })
  const copy = ({ theCase }: Row) => {
    const name = t('cases.copyOf', { name: theCase.name })
    setOpen({ index: cases.length, first: { ...theCase, name } })
  }
  const columns = useCaseColumns(mayEdit ? { edit, copy, remove } : undefined)
  return (
    <>
      <div className={styles.head}>
        <CaseSummary state={state} count={cases.length} />
        {mayEdit && (
          <Button
            size="xs"
            variant="default"
            leftSection={<Plus size={14} aria-hidden />}
            onClick={() => setOpen({ index: cases.length, first: blank('') })}
          >
            {t('cases.add')}
          </Button>
        )}
      </div>
      {cases.length === 0 ? (
        <p className={styles.head}>{t('cases.empty')}</p>
      ) : (
        <div className={styles.table}>
          <Table
            label={t('cases.label')}
            columns={columns}
            rows={rows}
            keyOf={({ index }) => String(index)}
            onOpen={({ outcome }) => outcome && setLit({ path: outcome.path })}
          />
        </div>
      )}
      <Gaps state={state} />
      {open && (
        <CaseForm
          first={open.first}
          isNew={open.index === cases.length}
          taken={new Set(cases.filter((_, index) => index !== open.index).map(({ name }) => name))}
          isSaving={save.isPending}
          onSave={(theCase) =>
            save.mutate(
              { cases: replace(open.index, [theCase]), revision },
              { onSuccess: () => setOpen(undefined) },
            )
          }
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  )
}
