import { useQuery } from '@tanstack/react-query'
import type { DecisionView } from '../../server/schema/decision.ts'
import { answer, client } from '../api/client.ts'
import { Loaded } from '../parts/loaded.tsx'
import { readDrawable } from './document/read.ts'
import { WayPanel } from './way/way-panel.tsx'

/** The release that decided a call, with the call's path lit; nothing where no policy decided. */
export function DecisionCanvas({ decision }: { decision: DecisionView }) {
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
    <Loaded query={query}>
      {({ document }) => {
        const policy = readDrawable(document)
        return policy && <WayPanel policy={policy} walked={decision} isWide />
      }}
    </Loaded>
  )
}
