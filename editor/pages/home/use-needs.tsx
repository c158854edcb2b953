import { useQuery } from '@tanstack/react-query'
import type { LucideIcon } from 'lucide-react'
import { FileDiff, PhoneMissed, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../../api/client.ts'
import { policyList } from '../../api/policies.ts'
import { mayDo, useMe } from '../../api/session.ts'

export interface Need {
  readonly key: string
  readonly text: string
  readonly hint?: string
  readonly to: string
  readonly icon: LucideIcon
}

function useLeadNeeds(isAllowed: boolean) {
  const { t } = useTranslation()
  const query = { state: 'open', status: 'new,assigned', per_page: '1' } as const
  const leads = useQuery({
    queryKey: ['leads', 'warmest'],
    queryFn: () => answer(client.api.reports['silent-leads'].$get({ query })),
    enabled: isAllowed,
  })
  const count = leads.data?.pagination.total ?? 0
  const [first] = leads.data?.data ?? []
  if (!first) return { needs: [], isPending: leads.isPending && isAllowed }
  const name = first.name ?? first.phone ?? t('common.unknownCaller')
  const hint = t('home.warmest', { name, reasons: first.reasons.join(' · ') })
  const need: Need = {
    key: 'leads',
    text: t('home.waiting', { count }),
    hint,
    to: '/leads',
    icon: PhoneMissed,
  }
  return { needs: [need], isPending: false }
}

function usePolicyNeeds(isAllowed: boolean) {
  const { t } = useTranslation()
  const policies = useQuery({ ...policyList, enabled: isAllowed })
  const needs = (policies.data ?? []).flatMap((policy): Need[] => {
    const { id, name, problems, fileDiffers } = policy
    const errors = problems.filter(({ severity }) => severity === 'error')
    const to = `/policies/${encodeURIComponent(id)}`
    if (errors.length > 0) {
      const text = t('home.problems', { count: errors.length, policy: name })
      return [{ key: id, text, hint: errors[0]?.message ?? '', to, icon: TriangleAlert }]
    }
    if (!fileDiffers) return []
    return [{ key: id, text: t('home.fileDiffers', { policy: name }), to, icon: FileDiff }]
  })
  return { needs, isPending: policies.isPending && isAllowed }
}

/** What waits for somebody, the most pressing first. */
export function useNeeds(): { needs: readonly Need[]; isPending: boolean } {
  const me = useMe()
  const leads = useLeadNeeds(mayDo(me, 'listSilentLeads'))
  const policies = usePolicyNeeds(mayDo(me, 'listPolicies'))
  return {
    needs: [...policies.needs, ...leads.needs],
    isPending: leads.isPending || policies.isPending,
  }
}
