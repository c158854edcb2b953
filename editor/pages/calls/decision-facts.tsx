import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { DecisionView } from '../../../server/schema/decision.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import { answer, client } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { Card } from '../../parts/card.tsx'
import { hasHidden } from '../../policy/simulator/given.ts'
import type { Looked } from '../../policy/simulator/try.worker.ts'
import { useTry } from '../../policy/simulator/use-try.ts'
import { Waterfall } from '../../policy/simulator/waterfall.tsx'
import { WhyNotList } from '../../policy/simulator/why-not-list.tsx'
import { FactTable } from './fact-table.tsx'
import { useRelease } from './use-release.ts'

/** What the engine says of a decision, run again on what is on record; undefined where the release is not seen. */
function useLooked(decision: DecisionView, policy: Policy | undefined): Looked | undefined {
  const catalogue = useQuery({
    queryKey: ['catalogue'],
    queryFn: () => answer(client.api.catalogue.$get()),
    enabled: useMay('getCatalogue') && policy !== undefined,
  })
  const installation = catalogue.data?.installation
  const question = useMemo(() => {
    if (!policy || !installation) return undefined
    const { at, facts, node, fallback } = decision
    return {
      kind: 'decided' as const,
      document: policy,
      installation,
      decision: { at, facts, node, fallback },
    }
  }, [policy, installation, decision])
  const told = useTry(question)
  return told?.kind === 'looked' ? told.looked : undefined
}

interface WhyProps {
  readonly decision: DecisionView
  readonly policy: Policy
  readonly looked: Looked
}

function OtherEnds({ decision, policy, looked }: WhyProps) {
  const { t } = useTranslation()
  const { whyNot } = looked
  const isHidden = hasHidden(decision.facts)
  return (
    <Card
      title={t('simulator.whyNot')}
      actions={<span className="muted">{t('simulator.whyNotHint')}</span>}
    >
      {isHidden || !whyNot ? (
        <p className="muted">{t(isHidden ? 'simulator.whyNotHidden' : 'simulator.whyNotUnsure')}</p>
      ) : (
        <WhyNotList whyNot={whyNot} policy={policy} at={Date.parse(decision.at)} />
      )}
    </Card>
  )
}

/** When each fact was there, against the budget, and what would have led the call elsewhere. */
export function DecisionFacts({ decision }: { decision: DecisionView }) {
  const { t } = useTranslation()
  const { budgetMs, ms } = decision
  const policy = useRelease(decision)
  const looked = useLooked(decision, policy)
  return (
    <>
      <Card title={t('calls.facts')}>
        <p className="muted">{t('calls.factsHint', { budget: budgetMs, ms: ms.toFixed(1) })}</p>
        {looked ? (
          <Waterfall lines={looked.lines} budgetMs={budgetMs} />
        ) : (
          <FactTable decision={decision} />
        )}
      </Card>
      {policy && looked && <OtherEnds decision={decision} policy={policy} looked={looked} />}
    </>
  )
}
