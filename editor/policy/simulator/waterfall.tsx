import { CircleHelp } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { FactLine } from '../../../server/policy/fact-lines.ts'
import { isLate } from '../../../server/policy/fact-lines.ts'
import { valueWords } from '../../../server/policy/say/values.ts'
import { useWords } from '../../parts/use-words.ts'
import styles from './simulator.module.css'

interface WaterfallProps {
  readonly lines: readonly FactLine[]
  readonly budgetMs: number
  /** Facts that are not what they were in the call, but what they are today. */
  readonly unrecorded?: ReadonlySet<string>
}

/** Room to the right of the longest bar, for its value. */
const room = 1.3

interface LineProps {
  readonly line: FactLine
  readonly most: number
  readonly budgetMs: number
  readonly isUnrecorded: boolean
}

function Line({ line, most, budgetMs, isUnrecorded }: LineProps) {
  const { t } = useTranslation()
  const words = useWords()
  const { fact, seen, deadlineMs } = line
  if (!seen)
    return (
      <tr className={styles.idle}>
        <th scope="row" className="mono given">
          {fact}
        </th>
        <td>{t('simulator.notNeeded')}</td>
        <td data-align="end">–</td>
      </tr>
    )
  const isUnknown = 'unknown' in seen
  const late = isLate(line)
  const value = isUnknown
    ? late
      ? t('simulator.lateAfter', { ms: deadlineMs })
      : t('simulator.unknownWhy', { reason: t(`calls.reason.${seen.unknown}`) })
    : valueWords(seen.value, fact, words)
  const tone = late ? 'late' : isUnknown ? 'unknown' : 'answered'
  return (
    <tr data-tone={tone}>
      <th scope="row" className="mono given">
        {fact}
      </th>
      <td>
        <div className={styles.track}>
          <i
            className={styles.budgetMark}
            style={{ insetInlineStart: `${(100 * budgetMs) / most}%` }}
          />
          <span
            className={styles.bar}
            data-tone={tone}
            style={{ width: `${Math.min(100, (100 * seen.ms) / most)}%` }}
          />
          <span className={styles.value}>
            {isUnknown && <CircleHelp size={13} aria-hidden />}
            <span className="given">{value}</span>
            {isUnrecorded && <em>{t('simulator.notRecorded')}</em>}
          </span>
        </div>
      </td>
      <td data-align="end">{t('simulator.ms', { ms: seen.ms.toFixed(1) })}</td>
    </tr>
  )
}

function Legend() {
  const { t } = useTranslation()
  return (
    <div className={styles.legend} aria-hidden>
      <span>
        <i className={styles.key} data-tone="answered" /> {t('simulator.answered')}
      </span>
      <span>
        <i className={styles.key} data-tone="late" /> {t('simulator.late')}
      </span>
      <span>
        <i className={styles.key} data-tone="budget" /> {t('simulator.limit')}
      </span>
    </div>
  )
}

/** When each fact was there, against the time budget; what nobody needed is said. */
export function Waterfall({ lines, budgetMs, unrecorded }: WaterfallProps) {
  const { t } = useTranslation()
  if (lines.length === 0) return <p className="muted">{t('simulator.noFacts')}</p>
  const most = room * Math.max(budgetMs, ...lines.map(({ seen }) => seen?.ms ?? 0))
  const ticks = [0, 1, 2].map((third) => Math.round((budgetMs * third) / 3))
  return (
    <div className={styles.waterfall}>
      <Legend />
      <table>
        <thead className="unseen">
          <tr>
            <th scope="col">{t('simulator.fact')}</th>
            <th scope="col">{t('simulator.value')}</th>
            <th scope="col">{t('simulator.waited')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line
              key={line.fact}
              line={line}
              most={most}
              budgetMs={budgetMs}
              isUnrecorded={unrecorded?.has(line.fact) ?? false}
            />
          ))}
        </tbody>
      </table>
      <div className={styles.scale} aria-hidden>
        {ticks.map((tick) => (
          <span key={tick} style={{ insetInlineStart: `${(100 * tick) / most}%` }}>
            {tick}
          </span>
        ))}
        <span data-budget style={{ insetInlineStart: `${(100 * budgetMs) / most}%` }}>
          {budgetMs}
        </span>
      </div>
    </div>
  )
}
