import { useTranslation } from 'react-i18next'
import { explain } from '../../../server/policy/explain/explain.ts'
import type { DecisionView } from '../../../server/schema/decision.ts'
import { DecisionCanvas } from '../../policy/decision-canvas.tsx'
import { Card } from '../../parts/card.tsx'
import { OutcomeTag } from '../../parts/outcome-tag.tsx'
import { useWords } from '../../parts/use-words.ts'
import { ActionList } from './action-list.tsx'
import styles from './calls.module.css'
import { DecisionFacts } from './decision-facts.tsx'
import { DecisionPath } from './decision-path.tsx'
import { useNodeName } from './use-node-name.ts'
import { useRelease } from './use-release.ts'

interface DecisionProps {
  readonly decision: DecisionView
  readonly caller: string
  readonly line: string
}

/** One sentence that says why, before any table. */
function Sentence({ decision, caller, line }: DecisionProps) {
  const { t } = useTranslation()
  const words = useWords()
  const policy = useRelease(decision)
  const called = t('calls.sentence.called', { caller, line })
  return (
    <p
      className={`${styles.sentence} given`}
    >{`${called} ${explain(decision, { words, policy })}`}</p>
  )
}

/** Why a call went the way it went. */
export function Decision(props: DecisionProps) {
  const { t } = useTranslation()
  const { decision } = props
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
      <DecisionFacts decision={decision} />
      <Card title={t('calls.actions')}>
        <ActionList actions={decision.actions} />
      </Card>
    </div>
  )
}
