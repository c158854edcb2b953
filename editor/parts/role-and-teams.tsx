import { MultiSelect, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Role } from '../../server/schema/access.ts'
import { roleMeaning, roles } from '../../server/schema/access.ts'
import { answer, client } from '../api/client.ts'

export interface Grant {
  readonly role: Role
  readonly teams: readonly string[]
}

const isRole = (text: string | null): text is Role => roles.some((role) => role === text)

/** What somebody or a program works as, and for which teams. */
export function RoleAndTeams({
  value,
  onChange,
}: {
  value: Grant
  onChange: (value: Grant) => void
}) {
  const { t } = useTranslation()
  const catalogue = useQuery({
    queryKey: ['catalogue'],
    queryFn: () => answer(client.api.catalogue.$get()),
    staleTime: 60_000,
  })
  const known = ['main', ...(catalogue.data?.teams ?? [])]
  return (
    <>
      <Select
        label={t('settings.accounts.role')}
        description={roleMeaning[value.role]}
        data={roles.map((role) => ({ value: role, label: t(`common.roles.${role}`) }))}
        value={value.role}
        allowDeselect={false}
        onChange={(role) => isRole(role) && onChange({ ...value, role })}
      />
      <MultiSelect
        label={t('settings.accounts.teams')}
        description={t('settings.accounts.teamsHint')}
        data={[...new Set([...known, ...value.teams])]}
        value={[...value.teams]}
        onChange={(teams) => onChange({ ...value, teams })}
        clearable
      />
    </>
  )
}
