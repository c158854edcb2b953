import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { answer, client } from '../api/client.ts'

/** Ends the session; nothing that was read stays in the browser. */
export function useSignOut(): () => void {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return () => {
    void answer(client.api.auth['sign-out'].$post())
      .catch(() => undefined)
      .then(async () => {
        queries.clear()
        await navigate({ to: '/sign-in', search: { return: undefined, problem: undefined } })
      })
  }
}
