import { useTranslation } from 'react-i18next'
import type { DecisionView } from '../../../server/schema/decision.ts'
import type { FactSeen } from '../../../server/schema/facts.ts'
import type { Column } from '../../parts/table.tsx'
import { Table } from '../../parts/table.tsx'
import { Tag } from '../../parts/tag.tsx'
import styles from './calls.module.css'

interface Row {
  readonly name: string
  readonly seen: FactSeen
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value)

function Bar({ ms, budgetMs, isLate }: { ms: number; budgetMs: number; isLate: boolean }) {
  const width = `${Math.min(100, (100 * ms) / budgetMs)}%`
  return (
    <div className={styles.bar} data-late={isLate || undefined} style={{ width: 120 }}>
      <span style={{ width }} />
    </div>
  )
}

/** What was known of a call, and how long each fact was waited for, against the budget. */
export function FactTable({ decision }: { decision: DecisionView }) {
  const { t } = useTranslation()
  const rows = Object.entries(decision.facts).map(([name, seen]): Row => ({ name, seen }))
  if (rows.length === 0) return <p className="muted">{t('calls.notNeeded')}</p>
  const columns: readonly Column<Row>[] = [
    {
      key: 'fact',
      head: t('calls.fact'),
      cell: ({ name }) => <span className="mono given">{name}</span>,
    },
    {
      key: 'value',
      head: t('calls.value'),
      cell: ({ seen }) =>
        'unknown' in seen ? (
          <Tag tone="warn">{t('calls.unknown', { reason: t(`calls.reason.${seen.unknown}`) })}</Tag>
        ) : (
          <span className="given">{shown(seen.value)}</span>
        ),
    },
    {
      key: 'took',
      head: t('calls.took'),
      cell: ({ seen }) => (
        <Bar ms={seen.ms} budgetMs={decision.budgetMs} isLate={'unknown' in seen} />
      ),
    },
    {
      key: 'ms',
      head: <span className="unseen">{t('calls.took')}</span>,
      align: 'end',
      cell: ({ seen }) => `${seen.ms.toFixed(1)} ms`,
    },
  ]
  return <Table label={t('calls.facts')} columns={columns} rows={rows} keyOf={({ name }) => name} />
}
