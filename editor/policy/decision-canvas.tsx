import { useQuery } from '@tanstack/react-query'
import { ReactFlowProvider } from '@xyflow/react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { DecisionView } from '../../server/schema/decision.ts'
import type { Policy } from '../../server/schema/policy.ts'
import { answer, client } from '../api/client.ts'
import { Card } from '../parts/card.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Drawing } from './canvas/drawing.tsx'
import { readDrawable } from './document/read.ts'

/** What was seen at each node: its first fact's value, and milliseconds where it was waited for. */
function seenAt({ trace, facts }: DecisionView): ReadonlyMap<string, string> {
  const entries = trace.flatMap(({ node, leaves }) => {
    const leaf = leaves.find(({ result }) => result !== 'not_evaluated')
    const fact = leaf && Object.hasOwn(facts, leaf.fact) ? facts[leaf.fact] : undefined
    if (!fact) return []
    const value = 'value' in fact ? String(fact.value) : fact.unknown
    return [[node, fact.ms >= 1 ? `${value} · ${fact.ms.toFixed(1)} ms` : value] as const]
  })
  return new Map(entries)
}

function Traced({ policy, decision }: { policy: Policy; decision: DecisionView }) {
  const { t } = useTranslation()
  const overlay = useMemo(() => ({ path: decision.path, seen: seenAt(decision) }), [decision])
  return (
    <div style={{ height: 560 }}>
      <ReactFlowProvider>
        <Drawing policy={policy} overlay={overlay} label={t('editor.path')} />
      </ReactFlowProvider>
    </div>
  )
}

/** The release that decided a call, with the call's path lit; nothing where no policy decided. */
export function DecisionCanvas({ decision }: { decision: DecisionView }) {
  const { t } = useTranslation()
  const { policy: id, release } = decision
  const isDecided = id !== null && release !== null
  const query = useQuery({
    queryKey: ['policies', id, 'releases', release],
    queryFn: () =>
      answer(
        client.api.policies[':id'].releases[':release'].$get({
          param: { id: id ?? '', release: release ?? '' },
        }),
      ),
    enabled: isDecided,
    staleTime: Infinity,
  })
  // a release of another team is not shown, and the path stands in words all the same
  if (!isDecided || query.error) return undefined
  return (
    <Card title={t('editor.path')} isFilled>
      <Loaded query={query}>
        {({ document }) => {
          const policy = readDrawable(document)
          return policy && <Traced policy={policy} decision={decision} />
        }}
      </Loaded>
    </Card>
  )
}
