import { createElement } from 'react'
import { useTranslation } from 'react-i18next'
import { explain } from '../../../server/policy/explain/explain.ts'
import type { Tried } from '../../../server/policy/try-call/try-call.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import type { Alternative } from '../../../server/schema/why-not.ts'
import { Card } from '../../parts/card.tsx'
import { OutcomeTag } from '../../parts/outcome-tag.tsx'
import { useWords } from '../../parts/use-words.ts'
import { Doing } from './doing.tsx'
import { endingOf } from './ending.ts'
import styles from './simulator.module.css'
import { Waterfall } from './waterfall.tsx'
import { WhyNotList } from './why-not-list.tsx'

interface ResultProps {
  readonly tried: Tried
  readonly policy: Policy
  readonly unrecorded: ReadonlySet<string>
  readonly onTry: (alternative: Alternative) => void
}

function Head({ tried, policy }: Pick<ResultProps, 'tried' | 'policy'>) {
  const { t } = useTranslation()
  const words = useWords()
  const { icon, tone, name } = endingOf(policy, tried.node, { t, words })
  const silent = Object.hasOwn(policy.nodes, tried.node) ? policy.nodes[tried.node] : undefined
  const isSilent = silent?.kind === 'reject' && silent.silent === true
  const meta = [
    t('simulator.meta', {
      ms: tried.ms.toFixed(1),
      budget: policy.budgetMs,
      steps: t('simulator.steps', { count: tried.path.length }),
    }),
    tried.unknown.length > 0 ? t('simulator.unknowns', { count: tried.unknown.length }) : [],
    t('simulator.draft'),
  ].flat()
  return (
    <section className={styles.result} aria-label={t('simulator.result')}>
      <span className={styles.tile} data-tone={tone}>
        {createElement(icon, { size: 21, 'aria-hidden': true })}
      </span>
      <div>
        <h2 className="given">{name}</h2>
        <p className="muted">{meta.join(' · ')}</p>
      </div>
      <OutcomeTag outcome={isSilent ? 'silent' : tried.outcome} />
      <p className={`${styles.sentence} given`} role="status">
        {explain({ ...tried, budgetMs: policy.budgetMs }, { words, policy })}
      </p>
    </section>
  )
}

/** Where a call would go: the end, one sentence, the facts, other ends, and what would be done. */
export function Result({ tried, policy, unrecorded, onTry }: ResultProps) {
  const { t } = useTranslation()
  return (
    <>
      <Card>
        <Head tried={tried} policy={policy} />
      </Card>
      <Card
        title={t('simulator.budget')}
        actions={<span className="muted">{t('simulator.budgetHint')}</span>}
      >
        <Waterfall lines={tried.lines} budgetMs={policy.budgetMs} unrecorded={unrecorded} />
      </Card>
      <Card
        title={t('simulator.whyNot')}
        actions={<span className="muted">{t('simulator.whyNotHint')}</span>}
      >
        <WhyNotList whyNot={tried.whyNot} policy={policy} at={Date.parse(tried.at)} onTry={onTry} />
      </Card>
      <Card
        title={t('simulator.doing')}
        actions={<span className="muted">{t('simulator.doingHint')}</span>}
      >
        <Doing tried={tried} policy={policy} />
      </Card>
    </>
  )
}
