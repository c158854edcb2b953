import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from './error.ts'

const isSignedOut = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'unauthorized'

/** Tries again what may work the next time; what the server refused stays refused. */
const retry = (count: number, error: unknown): boolean =>
  count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500)

/** The cache of what the server said. A session that is over is asked about at once. */
export function createQueries(): QueryClient {
  const onError = (error: unknown): void => {
    if (isSignedOut(error)) void queries.invalidateQueries({ queryKey: ['auth'] })
  }
  const queries = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: { queries: { retry, staleTime: 5_000, refetchOnWindowFocus: true } },
  })
  return queries
}
