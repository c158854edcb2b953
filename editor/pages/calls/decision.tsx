import { useTranslation } from 'react-i18next'
import type { DecisionView } from '../../../server/schema/decision.ts'
import { DecisionCanvas } from '../../policy/decision-canvas.tsx'
import { Card } from '../../parts/card.tsx'
import { OutcomeTag } from '../../parts/outcome-tag.tsx'
import { ActionList } from './action-list.tsx'
import styles from './calls.module.css'
import { DecisionPath } from './decision-path.tsx'
import { FactTable } from './fact-table.tsx'
import { useNodeName } from './use-node-name.ts'

interface DecisionProps {
  readonly decision: DecisionView
  readonly caller: string
  readonly line: string
}

/** One sentence that says why, before any table. */
function Sentence({ decision, caller, line }: DecisionProps) {
  const { t } = useTranslation()
  const nodeName = useNodeName(decision)
  const { outcome, node, final, fallback } = decision
  const went = t('calls.sentence.decided', {
    caller,
    line,
    node: nodeName(node),
    outcome: t(`common.outcome.${outcome}`),
  })
  const instead =
    final.node === node
      ? ''
      : ` ${t('calls.sentence.final', { outcome: t(`common.outcome.${final.outcome}`) })}`
  const why = fallback === false ? '' : ` ${t('calls.fallback', { reason: fallback })}`
  return <p className={`${styles.sentence} given`}>{`${went}${instead}${why}`}</p>
}

/** Why a call went the way it went. */
export function Decision(props: DecisionProps) {
  const { t } = useTranslation()
  const { decision } = props
  const { budgetMs, ms } = decision
  const nodeName = useNodeName(decision)
  return (
    <div className={styles.column}>
      <Card>
        <Sentence {...props} />
        <p className="mono muted">
          {[decision.policy, decision.release].filter(Boolean).join(' · ')}
        </p>
      </Card>
      <DecisionCanvas decision={decision} />
      <Card title={t('calls.path')}>
        <DecisionPath decision={decision} nodeName={nodeName} />
        {decision.steps.map((step) => (
          <p key={`${step.node} ${step.at}`} className="muted">
            {`${t('calls.steps')}: ${nodeName(step.node)} `}
            <span className="mono">{step.why}</span>
            {' → '}
            <OutcomeTag outcome={decision.final.outcome} />
          </p>
        ))}
      </Card>
      <Card title={t('calls.facts')}>
        <p className="muted">{t('calls.factsHint', { budget: budgetMs, ms: ms.toFixed(1) })}</p>
        <FactTable decision={decision} />
      </Card>
      <Card title={t('calls.actions')}>
        <ActionList actions={decision.actions} />
      </Card>
    </div>
  )
}
