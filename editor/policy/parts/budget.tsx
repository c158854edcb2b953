import { Button, Tooltip } from '@mantine/core'
import { Route, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { titleOf } from '../kinds/kinds.ts'
import { useWorkbench } from '../workbench.ts'
import styles from './editor.module.css'

/** How long a decision can take, against the budget; over it, the way that takes so long. */
function Budget() {
  const { t } = useTranslation()
  const { policy, worst } = useWorkbench()
  if (!worst) return undefined
  const isOver = worst.ms > policy.budgetMs
  const names = worst.path.map((id) => (policy.nodes[id] ? titleOf(policy.nodes[id], t) : id))
  return (
    <Tooltip label={t('editor.worstPath', { path: names.join(' → ') })} multiline maw={480}>
      <div className={styles.budget} tabIndex={0} data-over={isOver || undefined}>
        <span>
          {isOver
            ? t('editor.overBudget', {
                ms: worst.ms,
                budget: policy.budgetMs,
                path: names.slice(-3).join(' → '),
              })
            : t('editor.worst', { ms: worst.ms, budget: policy.budgetMs })}
        </span>
        <div className={styles.bar} aria-hidden>
          <div
            data-over={isOver || undefined}
            style={{ width: `${Math.min(100, (worst.ms / policy.budgetMs) * 100)}%` }}
          />
        </div>
      </div>
    </Tooltip>
  )
}

/** The way that is lit, and how to put it out. */
function LitWay() {
  const { t } = useTranslation()
  const { lit, setLit, policy } = useWorkbench()
  if (!lit) return undefined
  const names = lit.path.map(({ node }) => {
    const own = policy.nodes[node]
    return own ? titleOf(own, t) : t('editor.fallbackName')
  })
  return (
    <div className={styles.litWay}>
      <Route size={15} aria-hidden />
      <span>{names.join(' → ')}</span>
      <Button
        size="compact-xs"
        variant="subtle"
        leftSection={<X size={13} aria-hidden />}
        onClick={() => setLit(undefined)}
      >
        {t('editor.unlight')}
      </Button>
    </div>
  )
}

/** Under the bar of the policy page. */
export function PolicyStrip() {
  return (
    <div className={styles.strip}>
      <LitWay />
      <div style={{ flex: 1 }} />
      <Budget />
    </div>
  )
}
