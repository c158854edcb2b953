import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import type { Me } from '../../../server/schema/access.ts'
import { authState } from '../../api/session.ts'

/** Goes in, once the server has set the session's cookie. */
export function useEnter(): (me: Me, to?: string) => Promise<void> {
  const queries = useQueryClient()
  const router = useRouter()
  return async (me, to = '/') => {
    // what somebody else read before on this machine is not for this account
    queries.clear()
    queries.setQueryData(authState.queryKey, { needsSetup: false, oidc: null, me })
    await router.navigate({ href: to, replace: true })
  }
}
