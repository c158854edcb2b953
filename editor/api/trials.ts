import { queryOptions } from '@tanstack/react-query'
import { answer, client } from './client.ts'

/** How often the figures of a canary that runs are read; ends of one come as events too. */
const figuresEveryMs = 5_000

/** The canary of a policy that runs, or the last one. */
export const canaryQuery = (id: string) =>
  queryOptions({
    queryKey: ['canary', id],
    queryFn: async () =>
      (await answer(client.api.policies[':id'].canary.$get({ param: { id } }))).data,
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? figuresEveryMs : false),
  })

/** The shadow of a policy that runs, or the last one. */
export const shadowQuery = (id: string) =>
  queryOptions({
    queryKey: ['shadow', id],
    queryFn: async () =>
      (await answer(client.api.policies[':id'].shadow.$get({ param: { id } }))).data,
  })

/** Calls that a shadow would have decided otherwise, newest first. */
export const differencesQuery = (id: string, page: number) =>
  queryOptions({
    queryKey: ['shadow', id, 'differences', page],
    queryFn: () =>
      answer(
        client.api.policies[':id'].shadow.differences.$get({
          param: { id },
          query: { page: String(page) },
        }),
      ),
  })
