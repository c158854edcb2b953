import { ActionIcon, Button, Group, Menu, Modal, Stack, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { EllipsisVertical, UserPlus } from 'lucide-react'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Account } from '../../../server/schema/access.ts'
import { answer, client } from '../../api/client.ts'
import { Card } from '../../parts/card.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import type { Grant } from '../../parts/role-and-teams.tsx'
import { RoleAndTeams } from '../../parts/role-and-teams.tsx'
import { SecretDialog } from '../../parts/secret-dialog.tsx'
import type { Column } from '../../parts/table.tsx'
import { Table, TwoLines } from '../../parts/table.tsx'
import { Tag } from '../../parts/tag.tsx'
import { Time } from '../../parts/time.tsx'
import { useChange } from '../../parts/use-change.ts'
import styles from './settings.module.css'

interface ShownLink {
  readonly name: string
  readonly link: string
}

const startGrant: Grant = { role: 'viewer', teams: [] }
/** No team chosen is all teams. */
const teamsOf = ({ teams }: Grant): string[] | null => (teams.length === 0 ? null : [...teams])

function InviteDialog({
  isOpen,
  onClose,
  onLink,
}: {
  isOpen: boolean
  onClose: () => void
  onLink: (link: ShownLink) => void
}) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const [username, setUsername] = useState('')
  const [grant, setGrant] = useState(startGrant)
  const invite = useChange({
    run: () => {
      const json = { name, username, role: grant.role, teams: teamsOf(grant) }
      return answer(client.api.accounts.$post({ json }))
    },
    renews: ['accounts'],
    onDone: ({ account, link }) => {
      onClose()
      setName('')
      setUsername('')
      setGrant(startGrant)
      onLink({ name: account.name, link })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    invite.mutate(undefined)
  }
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('settings.accounts.invite')}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('settings.accounts.name')}
            required
            withAsterisk={false}
            maxLength={100}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <TextInput
            label={t('settings.accounts.username')}
            required
            withAsterisk={false}
            maxLength={100}
            autoComplete="off"
            value={username}
            onChange={({ currentTarget }) => setUsername(currentTarget.value)}
          />
          <RoleAndTeams value={grant} onChange={setGrant} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={invite.isPending}>
              {t('settings.accounts.inviteDo')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function ChangeDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useTranslation()
  const [name, setName] = useState(account.name)
  const [grant, setGrant] = useState<Grant>({ role: account.role, teams: account.teams ?? [] })
  const change = useChange({
    run: () => {
      const json = { name, role: grant.role, teams: teamsOf(grant) }
      return answer(client.api.accounts[':id'].$patch({ param: { id: account.id }, json }))
    },
    renews: ['accounts', 'auth'],
    done: t('common.saved'),
    onDone: onClose,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change.mutate(undefined)
  }
  return (
    <Modal opened onClose={onClose} title={account.username}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('settings.accounts.name')}
            required
            withAsterisk={false}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <RoleAndTeams value={grant} onChange={setGrant} />
          <Group justify="flex-end">
            <Button type="submit" loading={change.isPending}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

interface ActionsProps {
  readonly account: Account
  readonly onChange: () => void
  readonly onRemove: () => void
  readonly onLink: (link: ShownLink) => void
}

function Actions({ account, onChange, onRemove, onLink }: ActionsProps) {
  const { t } = useTranslation()
  const param = { id: account.id }
  const isDisabled = account.state === 'disabled'
  const setDisabled = useChange({
    run: () =>
      answer(client.api.accounts[':id'].$patch({ param, json: { disabled: !isDisabled } })),
    renews: ['accounts'],
  })
  const reset = useChange({
    run: () => answer(client.api.accounts[':id'].reset.$post({ param })),
    renews: ['accounts'],
    onDone: ({ link }) => onLink({ name: account.name, link }),
  })
  const signOut = useChange({
    run: () => answer(client.api.accounts[':id']['sign-out'].$post({ param })),
    renews: ['accounts'],
    done: t('common.saved'),
  })
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`${account.name}: ${t('settings.accounts.change')}`}
        >
          <EllipsisVertical size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onChange}>{t('settings.accounts.change')}</Menu.Item>
        {account.signsInBy === 'password' && (
          <Menu.Item onClick={() => reset.mutate(undefined)}>
            {t('settings.accounts.reset')}
          </Menu.Item>
        )}
        <Menu.Item onClick={() => signOut.mutate(undefined)}>
          {t('settings.accounts.signOut')}
        </Menu.Item>
        <Menu.Item onClick={() => setDisabled.mutate(undefined)}>
          {t(isDisabled ? 'settings.accounts.enable' : 'settings.accounts.disable')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item color="var(--err-text)" onClick={onRemove}>
          {t('settings.accounts.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

const tones = { active: 'accept', invited: 'accent', disabled: 'neutral' } as const

/** Everybody who can sign in. */
export function People() {
  const { t } = useTranslation()
  const [isInviting, setInviting] = useState(false)
  const [changing, setChanging] = useState<Account>()
  const [removing, setRemoving] = useState<Account>()
  const [shown, setShown] = useState<ShownLink>()
  const accounts = useQuery({
    queryKey: ['accounts'],
    queryFn: async () => (await answer(client.api.accounts.$get())).data,
  })
  const remove = useChange({
    run: ({ id }: Account) => answer(client.api.accounts[':id'].$delete({ param: { id } })),
    renews: ['accounts'],
    onDone: () => setRemoving(undefined),
  })
  const columns: readonly Column<Account>[] = [
    {
      key: 'name',
      head: t('settings.accounts.name'),
      cell: ({ name, username }) => <TwoLines first={name} second={username} />,
    },
    {
      key: 'role',
      head: t('settings.accounts.role'),
      cell: ({ role, teams }) => (
        <TwoLines
          first={t(`common.roles.${role}`)}
          second={teams?.join(', ') ?? t('settings.account.allTeams')}
        />
      ),
    },
    {
      key: 'state',
      head: t('settings.accounts.state'),
      cell: ({ state, totp, signsInBy }) => (
        <div className={styles.row}>
          <Tag tone={tones[state]}>{t(`settings.accounts.${state}`)}</Tag>
          {totp && <Tag>{t('settings.accounts.secondStep')}</Tag>}
          {signsInBy === 'single sign-on' && <Tag>{t('settings.accounts.singleSignOn')}</Tag>}
        </div>
      ),
    },
    {
      key: 'seen',
      head: t('settings.accounts.lastSeen'),
      cell: ({ lastSeenAt }) => (lastSeenAt ? <Time at={lastSeenAt} /> : t('common.never')),
    },
    {
      key: 'actions',
      head: <span className="unseen">{t('settings.accounts.change')}</span>,
      align: 'end',
      width: 48,
      cell: (account) => (
        <Actions
          account={account}
          onChange={() => setChanging(account)}
          onRemove={() => setRemoving(account)}
          onLink={setShown}
        />
      ),
    },
  ]
  return (
    <>
      <div className={styles.lead}>
        {t('settings.accounts.lead')}
        <Button leftSection={<UserPlus size={15} aria-hidden />} onClick={() => setInviting(true)}>
          {t('settings.accounts.invite')}
        </Button>
      </div>
      <Card isFilled>
        <Loaded query={accounts}>
          {(data) => (
            <Table
              label={t('settings.people')}
              columns={columns}
              rows={data}
              keyOf={({ id }) => id}
            />
          )}
        </Loaded>
      </Card>
      <InviteDialog isOpen={isInviting} onClose={() => setInviting(false)} onLink={setShown} />
      {changing && (
        <ChangeDialog key={changing.id} account={changing} onClose={() => setChanging(undefined)} />
      )}
      <Confirm
        isOpen={removing !== undefined}
        title={t('settings.accounts.removeTitle', { name: removing?.name ?? '' })}
        text={t('settings.accounts.removeText')}
        action={t('settings.accounts.remove')}
        isBusy={remove.isPending}
        onConfirm={() => removing && remove.mutate(removing)}
        onClose={() => setRemoving(undefined)}
      />
      <SecretDialog
        title={t('settings.accounts.linkTitle')}
        text={t('settings.accounts.link', { name: shown?.name ?? '' })}
        secret={shown && `${location.origin}${shown.link}`}
        onClose={() => setShown(undefined)}
      />
    </>
  )
}
