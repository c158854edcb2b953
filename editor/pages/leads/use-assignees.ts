import { useQuery } from '@tanstack/react-query'
import type { Assignee } from '../../../server/schema/lead.ts'
import { answer, client } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'

/** Who leads can be given to; nobody for those who may not give any. */
export function useAssignees(): readonly Assignee[] {
  const isAllowed = useMay('listLeadAssignees')
  const people = useQuery({
    queryKey: ['lead-assignees'],
    queryFn: async () => (await answer(client.api.reports['lead-assignees'].$get())).data,
    enabled: isAllowed,
    staleTime: 60_000,
  })
  return people.data ?? []
}
