import { Button } from '@mantine/core'
import { CircleCheck, OctagonAlert, Route, TriangleAlert, Wrench } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Problem } from '../../../server/schema/problem.ts'
import { exampleOf } from '../document/example.ts'
import { fixOf } from '../document/fixes.ts'
import { useFixPorts } from '../use-fix-ports.ts'
import { useWorkbench } from '../workbench.ts'
import styles from './editor.module.css'

const factsOf = (proof: Readonly<Record<string, unknown>>): string =>
  Object.entries(proof)
    .map(
      ([name, value]) => `${name} = ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    .join(', ')

function OneProblem({ problem }: { problem: Problem }) {
  const { t } = useTranslation()
  const bench = useWorkbench()
  const ports = useFixPorts()
  const { severity, message, hint, node, proof } = problem
  const Icon = severity === 'error' ? OctagonAlert : TriangleAlert
  const fix = bench.isEditable ? fixOf(problem, bench.policy, bench.catalogue) : undefined
  const example = proof && exampleOf(bench.policy, proof, bench.catalogue.installation)
  return (
    <li className={styles.problem} data-severity={severity}>
      <Icon size={16} aria-label={t(`editor.severity.${severity}`)} />
      <button
        type="button"
        className={styles.problemWords}
        disabled={node === undefined}
        onClick={() => node !== undefined && bench.show(node)}
      >
        {message}
        <small>{hint}</small>
        {proof && <small>{t('editor.example', { facts: factsOf(proof) })}</small>}
      </button>
      {example && (
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<Route size={13} aria-hidden />}
          onClick={() => bench.setLit(example)}
        >
          {t('editor.showExample')}
        </Button>
      )}
      {fix && (
        <Button
          size="compact-xs"
          variant="light"
          leftSection={<Wrench size={13} aria-hidden />}
          onClick={() => ports.run(fix)}
        >
          {ports.label(fix)}
        </Button>
      )}
    </li>
  )
}

/** What is wrong, each with the call that proves it, what to do, a way to the step, and the mend as a button. */
export function Problems() {
  const { t } = useTranslation()
  const { problems } = useWorkbench()
  if (problems.length === 0)
    return (
      <p className={styles.problem}>
        <CircleCheck size={16} color="var(--accept)" aria-hidden />
        {t('editor.noProblems')}
      </p>
    )
  return (
    <ul className={styles.problems}>
      {problems.map((problem, index) => (
        <OneProblem key={`${index} ${problem.code} ${problem.path.join('.')}`} problem={problem} />
      ))}
    </ul>
  )
}
