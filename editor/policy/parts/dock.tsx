import { CircleCheck, OctagonAlert, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Problem } from '../../../server/schema/problem.ts'
import styles from './editor.module.css'

const factsOf = (proof: Readonly<Record<string, unknown>>): string =>
  Object.entries(proof)
    .map(
      ([name, value]) => `${name} = ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    .join(', ')

/** What is wrong, each with the call that proves it, what to do, and a way to the step. */
export function Dock({
  problems,
  select,
}: {
  problems: readonly Problem[]
  select: (id: string) => void
}) {
  const { t } = useTranslation()
  return (
    <section className={styles.dock} aria-label={t('editor.problems')}>
      <h2 className={styles.dockHead} style={{ fontSize: 13 }}>
        {`${t('editor.problems')} ${problems.length}`}
      </h2>
      {problems.length === 0 && (
        <p className={styles.problem}>
          <CircleCheck size={16} color="var(--accept)" aria-hidden />
          {t('editor.noProblems')}
        </p>
      )}
      {problems.map(({ severity, message, hint, node, proof, path }, index) => {
        const Icon = severity === 'error' ? OctagonAlert : TriangleAlert
        return (
          <button
            key={`${index} ${path.join('.')}`}
            type="button"
            className={styles.problem}
            data-severity={severity}
            onClick={() => node !== undefined && select(node)}
          >
            <Icon size={16} aria-label={severity} />
            <span>
              {message}
              <small>{hint}</small>
              {proof && <small>{t('editor.example', { facts: factsOf(proof) })}</small>}
            </span>
          </button>
        )
      })}
    </section>
  )
}
