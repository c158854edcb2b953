import { Checkbox } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { LeadView } from '../../../server/schema/lead.ts'
import { Avatar } from '../../parts/avatar.tsx'
import type { Column } from '../../parts/table.tsx'
import { TwoLines } from '../../parts/table.tsx'
import { Tag } from '../../parts/tag.tsx'
import { Time } from '../../parts/time.tsx'
import { Due } from './due.tsx'
import { useLeadName } from './lead-name.ts'
import { money } from './lead-timeline.tsx'
import styles from './leads.module.css'

/** Which leads are chosen for a bulk change, by their refs. */
export interface Selection {
  readonly refs: ReadonlySet<string>
  readonly toggle: (ref: string) => void
  /** All of this page, or none of them. */
  readonly setAll: (isOn: boolean) => void
}

function Score({ score }: { score: number }) {
  return (
    <span className={styles.score}>
      <strong>{score}</strong>
      <span className={styles.meter} aria-hidden>
        <span style={{ width: `${score}%` }} />
      </span>
    </span>
  )
}

function Standing({ lead }: { lead: LeadView }) {
  const { t } = useTranslation()
  if (lead.status === 'new' || lead.status === 'assigned') return undefined
  const worth =
    lead.value === null || lead.currency === null ? '' : ` ${money(lead.value, lead.currency)}`
  return (
    <Tag tone={lead.status === 'converted' ? 'accept' : 'neutral'}>
      {t(`leads.status.${lead.status}`)}
      {worth}
    </Tag>
  )
}

function useSelectColumn(
  selection: Selection | undefined,
  leads: readonly LeadView[],
): readonly Column<LeadView>[] {
  const { t } = useTranslation()
  const nameOf = useLeadName()
  if (!selection) return []
  const chosen = leads.filter(({ ref }) => selection.refs.has(ref)).length
  const isAll = leads.length > 0 && chosen === leads.length
  return [
    {
      key: 'select',
      width: 40,
      head: (
        <Checkbox
          size="xs"
          aria-label={t('leads.selectAll')}
          checked={isAll}
          indeterminate={chosen > 0 && !isAll}
          onChange={() => selection.setAll(!isAll)}
        />
      ),
      cell: (lead) => (
        <Checkbox
          size="xs"
          aria-label={t('leads.select', { name: nameOf(lead).name })}
          checked={selection.refs.has(lead.ref)}
          onChange={() => selection.toggle(lead.ref)}
          onClick={(event) => event.stopPropagation()}
        />
      ),
    },
  ]
}

/** The list of leads, column by column. */
export function useLeadColumns(
  selection: Selection | undefined,
  leads: readonly LeadView[],
): readonly Column<LeadView>[] {
  const { t } = useTranslation()
  const nameOf = useLeadName()
  const select = useSelectColumn(selection, leads)
  return [
    ...select,
    {
      key: 'score',
      head: t('leads.score'),
      sorts: true,
      width: 110,
      cell: ({ score }) => <Score score={score} />,
    },
    {
      key: 'caller',
      head: t('leads.caller'),
      cell: (lead) => {
        const { name, below } = nameOf(lead)
        const tier = lead.tier === 'none' || lead.tier === '' ? undefined : <Tag>{lead.tier}</Tag>
        return (
          <TwoLines
            first={
              tier ? (
                <>
                  {name} {tier}
                </>
              ) : (
                name
              )
            }
            second={below}
          />
        )
      },
    },
    {
      key: 'because',
      head: t('leads.because'),
      cell: ({ reasons }) => (
        <span className={`given ${styles.because}`}>{reasons.join(' · ')}</span>
      ),
    },
    {
      key: 'why',
      head: t('leads.why'),
      cell: (lead) => (
        <>
          <span className="given">{lead.why.text}</span> <Standing lead={lead} />
        </>
      ),
    },
    {
      key: 'attempts',
      head: t('leads.attempts'),
      align: 'end',
      sorts: true,
      cell: ({ attempts }) => attempts,
    },
    {
      key: 'last_call_at',
      head: t('leads.last'),
      sorts: true,
      cell: ({ lastCallAt }) => <Time at={lastCallAt} />,
    },
    { key: 'due_at', head: t('leads.due'), sorts: true, cell: (lead) => <Due lead={lead} /> },
    {
      key: 'who',
      head: t('leads.who'),
      width: 48,
      cell: ({ assignee }) => assignee && <Avatar name={assignee.name} size={24} />,
    },
  ]
}
