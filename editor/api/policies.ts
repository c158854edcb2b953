import { queryOptions } from '@tanstack/react-query'
import { answer, client } from './client.ts'

/** Every policy one may read, with what is live and its problems. */
export const policyList = queryOptions({
  queryKey: ['policies'],
  queryFn: async () => (await answer(client.api.policies.$get())).data,
})
