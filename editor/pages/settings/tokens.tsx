import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiToken } from '../../../server/schema/access.ts'
import { answer, client } from '../../api/client.ts'
import { Card } from '../../parts/card.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import type { Grant } from '../../parts/role-and-teams.tsx'
import { RoleAndTeams } from '../../parts/role-and-teams.tsx'
import { SecretDialog } from '../../parts/secret-dialog.tsx'
import { EmptyState } from '../../parts/states.tsx'
import type { Column } from '../../parts/table.tsx'
import { Table, TwoLines } from '../../parts/table.tsx'
import { Tag } from '../../parts/tag.tsx'
import { Time } from '../../parts/time.tsx'
import { useChange } from '../../parts/use-change.ts'
import styles from './settings.module.css'

const dayMs = 24 * 60 * 60_000
const lifetimes = ['30', '90', '365', 'never'] as const
const tones = { active: 'accept', expired: 'warn', revoked: 'neutral' } as const

function CreateDialog({
  isOpen,
  onClose,
  onSecret,
}: {
  isOpen: boolean
  onClose: () => void
  onSecret: (secret: string) => void
}) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const [grant, setGrant] = useState<Grant>({ role: 'viewer', teams: [] })
  const [days, setDays] = useState<string>('90')
  const create = useChange({
    run: () => {
      const ends =
        days === 'never' ? null : new Date(Date.now() + Number(days) * dayMs).toISOString()
      const teams = grant.teams.length === 0 ? null : [...grant.teams]
      return answer(
        client.api.tokens.$post({ json: { name, role: grant.role, teams, expiresAt: ends } }),
      )
    },
    renews: ['tokens'],
    onDone: ({ secret }) => {
      onClose()
      setName('')
      onSecret(secret)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate(undefined)
  }
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('settings.token.create')}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('settings.token.name')}
            required
            withAsterisk={false}
            maxLength={100}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <RoleAndTeams value={grant} onChange={setGrant} />
          <Select
            label={t('settings.token.expires')}
            data={lifetimes.map((value) => ({
              value,
              label:
                value === 'never'
                  ? t('settings.token.expiresNever')
                  : t('settings.token.days', { count: Number(value) }),
            }))}
            value={days}
            allowDeselect={false}
            onChange={(value) => value !== null && setDays(value)}
          />
          <Group justify="flex-end">
            <Button type="submit" loading={create.isPending}>
              {t('settings.token.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** Tokens of programs. */
export function Tokens() {
  const { t } = useTranslation()
  const [isCreating, setCreating] = useState(false)
  const [secret, setSecret] = useState<string>()
  const [revoking, setRevoking] = useState<ApiToken>()
  const tokens = useQuery({
    queryKey: ['tokens'],
    queryFn: async () => (await answer(client.api.tokens.$get())).data,
  })
  const revoke = useChange({
    run: ({ id }: ApiToken) => answer(client.api.tokens[':id'].$delete({ param: { id } })),
    renews: ['tokens'],
    onDone: () => setRevoking(undefined),
  })
  const columns: readonly Column<ApiToken>[] = [
    {
      key: 'name',
      head: t('settings.token.name'),
      cell: ({ name, prefix }) => (
        <TwoLines first={name} second={<span className="mono">{`${prefix}…`}</span>} />
      ),
    },
    {
      key: 'role',
      head: t('settings.token.role'),
      cell: ({ role, teams }) => (
        <TwoLines
          first={t(`common.roles.${role}`)}
          second={teams?.join(', ') ?? t('settings.account.allTeams')}
        />
      ),
    },
    {
      key: 'state',
      head: t('settings.token.state'),
      cell: ({ state }) => <Tag tone={tones[state]}>{t(`settings.token.${state}`)}</Tag>,
    },
    {
      key: 'expires',
      head: t('settings.token.expires'),
      cell: ({ expiresAt }) =>
        expiresAt ? <Time at={expiresAt} /> : t('settings.token.expiresNever'),
    },
    {
      key: 'used',
      head: t('settings.token.used'),
      cell: ({ usedAt }) => (usedAt ? <Time at={usedAt} /> : t('common.never')),
    },
    {
      key: 'created',
      head: t('settings.token.created'),
      cell: ({ createdAt, createdBy }) => (
        <TwoLines
          first={<Time at={createdAt} />}
          second={t('settings.token.by', { name: createdBy })}
        />
      ),
    },
    {
      key: 'actions',
      head: <span className="unseen">{t('settings.token.revoke')}</span>,
      align: 'end',
      cell: (token) =>
        token.state === 'active' && (
          <Button
            variant="default"
            size="compact-sm"
            aria-label={`${t('settings.token.revoke')}: ${token.name}`}
            onClick={() => setRevoking(token)}
          >
            {t('settings.token.revoke')}
          </Button>
        ),
    },
  ]
  return (
    <>
      <div className={styles.lead}>
        {t('settings.token.lead')}
        <Button leftSection={<Plus size={15} aria-hidden />} onClick={() => setCreating(true)}>
          {t('settings.token.create')}
        </Button>
      </div>
      <Card isFilled>
        <Loaded query={tokens}>
          {(data) =>
            data.length === 0 ? (
              <EmptyState icon={KeyRound} title={t('settings.token.empty')}>
                {t('settings.token.emptyText')}
              </EmptyState>
            ) : (
              <Table
                label={t('settings.tokens')}
                columns={columns}
                rows={data}
                keyOf={({ id }) => id}
              />
            )
          }
        </Loaded>
      </Card>
      <CreateDialog isOpen={isCreating} onClose={() => setCreating(false)} onSecret={setSecret} />
      <SecretDialog
        title={t('settings.token.secretTitle')}
        text={t('settings.token.secret')}
        secret={secret}
        onClose={() => setSecret(undefined)}
      />
      <Confirm
        isOpen={revoking !== undefined}
        title={t('settings.token.revokeTitle', { name: revoking?.name ?? '' })}
        text={t('settings.token.revokeText')}
        action={t('settings.token.revoke')}
        isBusy={revoke.isPending}
        onConfirm={() => revoking && revoke.mutate(revoking)}
        onClose={() => setRevoking(undefined)}
      />
    </>
  )
}
