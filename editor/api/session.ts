import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Me } from '../../server/schema/access.ts'
import { answer, client } from './client.ts'

/** Who is signed in, and how one can. */
export const authState = queryOptions({
  queryKey: ['auth'],
  queryFn: () => answer(client.api.auth.state.$get()),
  staleTime: 60_000,
})

export type Operation = string

/** Whether somebody may do an operation of the API. */
export const mayDo = (me: Me | null | undefined, operation: Operation): boolean =>
  me?.operations.includes(operation) ?? false

/** Whoever is signed in; null on the pages before that. */
export function useMe(): Me | null {
  return useQuery(authState).data?.me ?? null
}

/** Whether whoever is signed in may do an operation; what one may not do is not on the screen. */
export function useMay(operation: Operation): boolean {
  return mayDo(useMe(), operation)
}
