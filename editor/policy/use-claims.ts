import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { policyList } from '../api/policies.ts'

const none: readonly (readonly [line: string, policy: string])[] = []

/** Lines that other live policies decide, with the policy's id; none until it is known. */
export function useClaims(own: string): readonly (readonly [line: string, policy: string])[] {
  const policies = useQuery(policyList)
  const { data } = policies
  return useMemo(
    () =>
      data
        ?.filter(({ id, live }) => id !== own && live !== null)
        .flatMap(({ id, numbers }) => numbers.map((line) => [line, id] as const)) ?? none,
    [data, own],
  )
}
