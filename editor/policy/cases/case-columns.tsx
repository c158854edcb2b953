import { ActionIcon } from '@mantine/core'
import { CircleCheck, CircleX, Copy, Pencil, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Case } from '../../../server/schema/cases.ts'
import { OutcomeTag } from '../../parts/outcome-tag.tsx'
import type { Column } from '../../parts/table.tsx'
import { TwoLines } from '../../parts/table.tsx'
import { useWorkbench } from '../workbench.ts'
import styles from './cases.module.css'
import type { CaseOutcome } from './run.ts'
import { givenOf, wayOf } from './words.ts'

/** A case and what it came to. */
export interface Row {
  readonly index: number
  readonly theCase: Case
  readonly outcome: CaseOutcome | undefined
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

/** What the table of cases shows; without buttons for who may not change them. */
export function useCaseColumns(
  buttons: Omit<EditProps, 'row'> | undefined,
): readonly Column<Row>[] {
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
