import { useQuery } from '@tanstack/react-query'
import type { DecisionView } from '../../../server/schema/decision.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import { answer, client } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { readDrawable } from '../../policy/document/read.ts'

/** The release that decided a call; undefined until it is read, and where it may not be seen. */
export function useRelease({ policy, release }: DecisionView): Policy | undefined {
  const mayRead = useMay('getRelease')
  const param = { id: policy ?? '', release: release ?? '' }
  const read = useQuery({
    queryKey: ['policies', policy, 'release', release],
    queryFn: () => answer(client.api.policies[':id'].releases[':release'].$get({ param })),
    enabled: mayRead && policy !== null && release !== null,
    staleTime: Infinity,
    select: ({ document }) => readDrawable(document),
  })
  return read.data
}
