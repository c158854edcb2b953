import { useMantineColorScheme } from '@mantine/core'
import type { SpotlightActionData, SpotlightActionGroupData } from '@mantine/spotlight'
import { Spotlight, spotlight } from '@mantine/spotlight'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Moon, Search, Sun, SunMoon } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { mayDo, useMe } from '../api/session.ts'
import { policyList } from '../api/policies.ts'
import { pages } from '../pages/registry.ts'
import { useSignOut } from './use-sign-out.ts'

export const openPalette = (): void => spotlight.open()

/** Finds a page, a policy, a call or an action: `⌘K` or `Ctrl-K`. */
export function CommandPalette() {
  const { t } = useTranslation()
  const [query, setQuery] = useState('')
  const navigate = useNavigate()
  const me = useMe()
  const signOut = useSignOut()
  const { setColorScheme } = useMantineColorScheme()
  const policies = useQuery({ ...policyList, enabled: mayDo(me, 'listPolicies') })
  const go = (to: string) => () => void navigate({ to })

  const pageActions = pages
    .filter(({ operation }) => mayDo(me, operation))
    .map(({ path, label, icon: Icon }): SpotlightActionData => ({
      id: path,
      label: t(`shell.${label}`),
      leftSection: <Icon size={16} aria-hidden />,
      onClick: go(path),
    }))
  const policyActions = (policies.data ?? []).map(({ id, name }) => ({
    id: `policy ${id}`,
    label: name,
    description: id,
    onClick: go(`/policies/${encodeURIComponent(id)}`),
  }))
  const actions = [
    { id: 'account', label: t('shell.account'), onClick: go('/account') },
    ...(
      [
        ['light', 'useLight', Sun],
        ['dark', 'useDark', Moon],
        ['auto', 'useAuto', SunMoon],
      ] as const
    ).map(([scheme, label, Icon]) => ({
      id: scheme,
      label: t(`shell.${label}`),
      leftSection: <Icon size={16} aria-hidden />,
      onClick: () => setColorScheme(scheme),
    })),
    { id: 'sign-out', label: t('shell.signOut'), onClick: signOut },
  ]
  const ref = query.trim()
  const isRef = /^[0-9a-z]{12,26}$/.test(ref) && mayDo(me, 'getCall')
  const groups: SpotlightActionGroupData[] = [
    { group: t('shell.pages'), actions: pageActions },
    ...(policyActions.length > 0
      ? [{ group: t('shell.policiesGroup'), actions: policyActions }]
      : []),
    ...(isRef
      ? [
          {
            group: t('shell.callGroup'),
            actions: [
              {
                id: `call ${ref}`,
                label: t('shell.openCall', { ref }),
                onClick: go(`/calls/${ref}`),
              },
            ],
          },
        ]
      : []),
    { group: t('shell.actions'), actions },
  ]
  return (
    <Spotlight
      actions={groups}
      query={query}
      onQueryChange={setQuery}
      shortcut={['mod + K']}
      nothingFound={t('shell.nothingFound')}
      highlightQuery
      scrollable
      maxHeight={420}
      searchProps={{
        leftSection: <Search size={16} aria-hidden />,
        placeholder: t('shell.findPlaceholder'),
        'aria-label': t('shell.find'),
      }}
    />
  )
}
