import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { callersNamed } from '../../../server/policy/case-world.ts'
import type { CaseWorld } from '../../../server/schema/case-world.ts'
import type { Case } from '../../../server/schema/cases.ts'
import type { Installation } from '../../../server/schema/installation.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import { answer, client } from '../../api/client.ts'
import { ApiError } from '../../api/error.ts'
import { useMay } from '../../api/session.ts'
import { useProblemText } from '../../parts/problem-text.ts'
import type { CaseInput } from './run.ts'

const nobody: CaseWorld = {
  contacts: [],
  lists: { blocked: [], allowed: [] },
  phones: {},
  users: {},
}

const casesKey = (id: string) => ['cases', id] as const

/** The cases of a policy as they are stored. */
export function useStoredCases(id: string, isEnabled = true) {
  return useQuery({
    queryKey: casesKey(id),
    queryFn: () => answer(client.api.policies[':id'].cases.$get({ param: { id } })),
    enabled: useMay('getCases') && isEnabled,
  })
}

/** What is known of the callers that cases name; undefined until it is told. */
export function useCaseWorld(id: string, callers: readonly string[]): CaseWorld | undefined {
  const query = useQuery({
    queryKey: ['case-world', id, callers],
    queryFn: () =>
      answer(
        client.api.policies[':id']['case-world'].$post({
          param: { id },
          json: { callers: [...callers] },
        }),
      ),
    enabled: callers.length > 0,
    placeholderData: (before) => before,
  })
  return callers.length === 0 ? nobody : query.data
}

/** What there is to decide, once everything is known that it needs. */
export function useCaseInput(
  id: string,
  given: { document: Policy; installation: Installation; cases: readonly Case[] | undefined },
): CaseInput | undefined {
  const { document, installation, cases } = given
  const callers = useMemo(() => callersNamed(cases ?? []), [cases])
  const told = useCaseWorld(id, callers)
  return useMemo(
    () => (cases && told ? { document, installation, cases, told } : undefined),
    [document, installation, cases, told],
  )
}

/** Saves the cases of a policy, and says when somebody else was faster. */
export function useSaveCases(id: string) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const text = useProblemText()
  return useMutation({
    mutationFn: ({ cases, revision }: { cases: readonly Case[]; revision: string }) =>
      answer(
        client.api.policies[':id'].cases.$put({
          param: { id },
          header: { 'if-match': `"${revision}"` },
          json: { cases: [...cases] },
        }),
      ),
    onSuccess: (stored) => queries.setQueryData(casesKey(id), stored),
    onError: (error) => {
      const isStale = error instanceof ApiError && error.status === 412
      if (isStale) void queries.invalidateQueries({ queryKey: casesKey(id) })
      notifications.show({
        message: isStale ? t('cases.stale') : text(error),
        role: 'alert',
        color: 'var(--err)',
        autoClose: false,
      })
    },
  })
}
