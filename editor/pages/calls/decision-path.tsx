import { useTranslation } from 'react-i18next'
import type { DecisionView, LeafTrace } from '../../../server/schema/decision.ts'
import { Tag } from '../../parts/tag.tsx'
import styles from './calls.module.css'

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value)

function Leaf({ leaf }: { leaf: LeafTrace }) {
  const { t } = useTranslation()
  if (leaf.result === 'not_evaluated') return undefined
  const value = leaf.value === undefined ? t('common.notKnown') : shown(leaf.value)
  return (
    <div className="mono given">
      {`${leaf.fact} ${leaf.operator} ${shown(leaf.operand)} · ${value} → ${String(leaf.result)}`}
    </div>
  )
}

interface DecisionPathProps {
  readonly decision: DecisionView
  readonly nodeName: (node: string) => string
}

/** Each step of the walk with what was asked, what was seen, and the exit it left by. */
export function DecisionPath({ decision, nodeName }: DecisionPathProps) {
  const { path, trace } = decision
  return (
    <ol className={styles.path}>
      {path.map(({ node, exit }, index) => {
        const leaves = trace.find((one) => one.node === node)?.leaves ?? []
        return (
          <li key={node} className={styles.step}>
            <span className={styles.number}>{index + 1}</span>
            <strong className="given">{nodeName(node)}</strong>
            {exit === null ? undefined : (
              <Tag tone={exit === 'unknown' ? 'warn' : 'accent'}>{exit}</Tag>
            )}
            {leaves.length > 0 && (
              <div className={styles.leaves}>
                {leaves.map((leaf) => (
                  <Leaf key={leaf.at} leaf={leaf} />
                ))}
              </div>
            )}
          </li>
        )
      })}
    </ol>
  )
}
