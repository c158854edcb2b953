import { useTranslation } from 'react-i18next'
import { exitWord } from '../kinds/kinds.ts'
import { useWorkbench } from '../workbench.ts'
import styles from './cases.module.css'
import type { RunState } from './use-case-run.ts'
import { wayOf } from './words.ts'

/** What the cases leave open: exits nobody reaches, and faults nobody would notice. Each leads to its step. */
export function Gaps({ state }: { state: RunState }) {
  const { t } = useTranslation()
  const { policy, show } = useWorkbench()
  const uncovered = state.run?.coverage.unreached ?? []
  const survivors = state.score?.survivors ?? []
  if (uncovered.length === 0 && survivors.length === 0) return undefined
  return (
    <div className={styles.gaps}>
      {uncovered.length > 0 && (
        <section>
          <h3>{t('cases.uncovered')}</h3>
          <ul>
            {uncovered.map(({ node, exit }) => (
              <li key={`${node} ${exit}`}>
                <button type="button" onClick={() => show(node)}>
                  {`${wayOf([node], policy, t)}: ${exitWord(exit, t)}`}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {survivors.length > 0 && (
        <section>
          <h3>{t('cases.survivors')}</h3>
          <ul>
            {survivors.map(({ node, change }) => (
              <li key={`${node} ${change}`}>
                <button type="button" onClick={() => show(node)}>
                  {`${wayOf([node], policy, t)}: ${change}`}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}
