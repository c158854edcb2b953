import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { CaseWorld } from '../../../server/schema/case-world.ts'
import { answer, client } from '../../api/client.ts'
import type { PastCall } from './given.ts'

const nobody: CaseWorld = {
  contacts: [],
  lists: { blocked: [], allowed: [] },
  phones: {},
  users: {},
}

/** What the address book says of a caller; undefined until it is read. */
export function useWorld(policy: string, caller: string | undefined): CaseWorld | undefined {
  const read = useQuery({
    queryKey: ['case-world', policy, caller],
    queryFn: () =>
      answer(
        client.api.policies[':id']['case-world'].$post({
          param: { id: policy },
          json: { callers: [caller ?? ''] },
        }),
      ),
    enabled: caller !== undefined,
  })
  return caller === undefined ? nobody : read.data
}

/** A past call with its decision. */
export function usePastCall(ref: string | undefined) {
  return useQuery({
    queryKey: ['calls', ref, 'tried'],
    queryFn: async (): Promise<PastCall> => {
      const param = { id: ref ?? '' }
      const [{ data: call }, decision] = await Promise.all([
        answer(client.api.calls[':id'].$get({ param })),
        answer(client.api.calls[':id'].decision.$get({ param })),
      ])
      return { call, decision }
    },
    enabled: ref !== undefined,
    retry: false,
  })
}

/** Contacts that fit what is typed. */
export function useCallers(query: string) {
  return useQuery({
    queryKey: ['callers', query],
    queryFn: () => answer(client.api.callers.$get({ query: { query } })),
    placeholderData: keepPreviousData,
  })
}

/** The newest calls that came in. */
export function useRecentCalls() {
  return useQuery({
    queryKey: ['calls', 'recent'],
    queryFn: () =>
      answer(client.api.calls.$get({ query: { per_page: '10', direction: 'inbound' } })),
  })
}
