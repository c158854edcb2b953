import { useQuery } from '@tanstack/react-query'
import { z } from 'zod'
import type { DecisionView } from '../../../server/schema/decision.ts'
import { answer, client } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'

const namesSchema = z.object({
  nodes: z.record(z.string(), z.object({ label: z.string().optional() })),
})

/** What the steps of a decision are called in the release that decided it; their ids until that is read. */
export function useNodeName({ policy, release }: DecisionView): (node: string) => string {
  const mayRead = useMay('getRelease')
  const param = { id: policy ?? '', release: release ?? '' }
  const read = useQuery({
    queryKey: ['policies', policy, 'release', release],
    queryFn: () => answer(client.api.policies[':id'].releases[':release'].$get({ param })),
    enabled: mayRead && policy !== null && release !== null,
    staleTime: Infinity,
  })
  const names = namesSchema.safeParse(read.data?.document).data?.nodes ?? {}
  return (node) => (Object.hasOwn(names, node) ? (names[node]?.label ?? node) : node)
}
