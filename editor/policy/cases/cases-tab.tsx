import { ActionIcon, Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { CircleCheck, CircleX, Copy, Pencil, Plus, Trash2 } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Case } from '../../../server/schema/cases.ts'
import { useMay } from '../../api/session.ts'
import { Loaded } from '../../parts/loaded.tsx'
import { OutcomeTag } from '../../parts/outcome-tag.tsx'
import type { Column } from '../../parts/table.tsx'
import { Table, TwoLines } from '../../parts/table.tsx'
import { useWorkbench } from '../workbench.ts'
import { CaseForm } from './case-form.tsx'
import styles from './cases.module.css'
import { Gaps } from './gaps.tsx'
import type { CaseOutcome } from './run.ts'
import { marksOf } from './run.ts'
import type { RunState } from './use-case-run.ts'
import { useCaseRun } from './use-case-run.ts'
import { useCaseInput, useSaveCases, useStoredCases } from './use-cases.ts'
import { givenOf, wayOf } from './words.ts'

interface Row {
  readonly index: number
  readonly theCase: Case
  readonly outcome: CaseOutcome | undefined
}

function Summary({ state, count }: { state: RunState; count: number }) {
  const { t } = useTranslation()
  const { run, score, progress, isBroken } = state
  if (isBroken) return <p>{t('cases.undecided')}</p>
  if (!run) return <p role="status">{t('cases.running')}</p>
  const passed = run.outcomes.filter((one) => one.passed).length
  const { exits, unreached } = run.coverage
  const Icon = passed === count ? CircleCheck : CircleX
  const colour = passed === count ? 'var(--accept)' : 'var(--err)'
  return (
    <>
      <p role="status" data-tone={passed === count ? undefined : 'fails'}>
        <Icon size={16} color={colour} aria-hidden />
        {t('cases.passing', { passed, count })}
      </p>
      <p>{t('cases.covered', { reached: exits.length - unreached.length, count: exits.length })}</p>
      {progress && <p>{t('cases.scoring', { done: progress.done, count: progress.total })}</p>}
      {score && (
        <p>
          {t('cases.score', { killed: score.killed, count: score.mutants, score: score.score })}
          {score.equivalent > 0 && ` · ${t('cases.equivalent', { count: score.equivalent })}`}
        </p>
      )}
    </>
  )
}

function State({ outcome }: { outcome: CaseOutcome | undefined }) {
  const { t } = useTranslation()
  if (!outcome) return undefined
  const Icon = outcome.passed ? CircleCheck : CircleX
  return (
    <span className={styles.state} data-passed={outcome.passed}>
      <Icon size={15} aria-hidden />
      {t(outcome.passed ? 'cases.passes' : 'cases.fails')}
    </span>
  )
}

interface EditProps {
  readonly row: Row
  readonly edit: (row: Row) => void
  readonly copy: (row: Row) => void
  readonly remove: (row: Row) => void
}

function Buttons({ row, edit, copy, remove }: EditProps) {
  const { t } = useTranslation()
  const all = [
    { word: t('cases.edit'), Icon: Pencil, act: edit },
    { word: t('cases.copy'), Icon: Copy, act: copy },
    { word: t('cases.remove'), Icon: Trash2, act: remove },
  ]
  return (
    <span className={styles.buttons}>
      {all.map(({ word, Icon, act }) => (
        <ActionIcon
          key={word}
          variant="subtle"
          color="gray"
          aria-label={`${word}: ${row.theCase.name}`}
          title={word}
          onClick={(event) => {
            event.stopPropagation()
            act(row)
          }}
        >
          <Icon size={15} aria-hidden />
        </ActionIcon>
      ))}
    </span>
  )
}

function useColumns(buttons: Omit<EditProps, 'row'> | undefined): readonly Column<Row>[] {
  const { t } = useTranslation()
  const { policy } = useWorkbench()
  const way = (path: readonly string[] | undefined) => path && wayOf(path, policy, t)
  return [
    { key: 'state', head: '', width: 90, cell: ({ outcome }) => <State outcome={outcome} /> },
    {
      key: 'case',
      head: t('cases.column.case'),
      width: '34%',
      cell: ({ theCase }) => <TwoLines first={theCase.name} second={givenOf(theCase, t)} />,
    },
    {
      key: 'expected',
      head: t('cases.column.expected'),
      cell: ({ theCase: { expect } }) => (
        <TwoLines first={<OutcomeTag outcome={expect.outcome} />} second={way(expect.path)} />
      ),
    },
    {
      key: 'actual',
      head: t('cases.column.actual'),
      cell: ({ outcome }) =>
        outcome &&
        !outcome.passed && (
          <TwoLines
            first={<OutcomeTag outcome={outcome.actual.outcome} />}
            second={`${way(outcome.actual.path)}${
              outcome.actual.message === undefined ? '' : ` · “${outcome.actual.message}”`
            }`}
          />
        ),
    },
    ...(buttons
      ? [
          {
            key: 'buttons',
            head: '',
            width: 110,
            cell: (row: Row) => <Buttons row={row} {...buttons} />,
          },
        ]
      : []),
  ]
}

const blank = (name: string): Case => ({
  name,
  at: new Date().toISOString().replace(/\d\d\.\d+Z$/, '00Z'),
  expect: { outcome: 'accept' },
})

interface Stored {
  readonly cases: readonly Case[]
  readonly revision: string
}

function CaseList({ cases, revision }: Stored) {
  const { t } = useTranslation()
  const { id, policy, problems, catalogue, setMarks, setLit } = useWorkbench()
  const mayEdit = useMay('putCases')
  const save = useSaveCases(id)
  const [open, setOpen] = useState<{ index: number; first: Case }>()
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
  const columns = useColumns(mayEdit ? { edit, copy, remove } : undefined)
  return (
    <>
      <div className={styles.head}>
        <Summary state={state} count={cases.length} />
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

/** The cases of the policy, decided again after every change of it. */
export function CasesTab() {
  const { t } = useTranslation()
  const { id } = useWorkbench()
  const maySee = useMay('getCases')
  const stored = useStoredCases(id)
  if (!maySee) return <p className={styles.head}>{t('cases.notAllowed')}</p>
  return (
    <Loaded query={stored}>
      {({ cases, revision, problems }) => {
        if (cases) return <CaseList cases={cases} revision={revision} />
        const [first] = problems
        return (
          <p className={styles.head} role="alert">
            {t('cases.broken', { line: first?.line ?? 1, message: first?.message ?? '' })}
          </p>
        )
      }}
    </Loaded>
  )
}
