import { CircleCheck, CircleX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { RunState } from './use-case-run.ts'

/** How many cases pass, which share of the exits they reach, and how many faults they would notice. */
export function CaseSummary({ state, count }: { state: RunState; count: number }) {
  const { t } = useTranslation()
  const { run, score, progress, isBroken } = state
  if (isBroken) return <p>{t('cases.undecided')}</p>
  if (!run) return <p role="status">{t('cases.running')}</p>
  const passed = run.outcomes.filter((one) => one.passed).length
  const { exits, unreached } = run.coverage
  const Icon = passed === count ? CircleCheck : CircleX
  const colour = passed === count ? 'var(--accept)' : 'var(--err)'
  return (
    <>
      <p role="status" data-tone={passed === count ? undefined : 'fails'}>
        <Icon size={16} color={colour} aria-hidden />
        {t('cases.passing', { passed, count })}
      </p>
      <p>{t('cases.covered', { reached: exits.length - unreached.length, count: exits.length })}</p>
      {progress && <p>{t('cases.scoring', { done: progress.done, count: progress.total })}</p>}
      {score && (
        <p>
          {t('cases.score', { killed: score.killed, count: score.mutants, score: score.score })}
          {score.equivalent > 0 && ` · ${t('cases.equivalent', { count: score.equivalent })}`}
        </p>
      )}
    </>
  )
}
