import { Button, PasswordInput, Stack } from '@mantine/core'
import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { passwordSchema } from '../../../server/schema/access.ts'
import type { SessionView } from '../../../server/schema/access.ts'
import { answer, client } from '../../api/client.ts'
import { useMe } from '../../api/session.ts'
import { Avatar } from '../../parts/avatar.tsx'
import { Card } from '../../parts/card.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import type { Column } from '../../parts/table.tsx'
import { Table } from '../../parts/table.tsx'
import { Tag } from '../../parts/tag.tsx'
import { Time } from '../../parts/time.tsx'
import { useChange } from '../../parts/use-change.ts'
import { Page } from '../../shell/page.tsx'
import { useSignOut } from '../../shell/use-sign-out.ts'
import styles from '../settings/settings.module.css'
import { SecondStep } from './second-step.tsx'

const formSchema = z.object({ current: z.string().min(1), next: passwordSchema })

function ChangePassword() {
  const { t } = useTranslation()
  const form = useForm({
    resolver: zodResolver(formSchema),
    defaultValues: { current: '', next: '' },
  })
  const change = useChange({
    run: (json: z.infer<typeof formSchema>) => answer(client.api.auth.password.$post({ json })),
    renews: ['sessions'],
    done: t('settings.account.passwordChanged'),
    onDone: () => form.reset(),
  })
  const { errors } = form.formState
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={form.handleSubmit((values) => change.mutate(values))}
    >
      <PasswordInput
        label={t('signIn.currentPassword')}
        autoComplete="current-password"
        {...form.register('current')}
        error={errors.current && t('signIn.required')}
      />
      <PasswordInput
        label={t('signIn.newPassword')}
        description={t('signIn.passwordHint')}
        autoComplete="new-password"
        {...form.register('next')}
        error={errors.next?.message}
      />
      <div>
        <Button type="submit" loading={change.isPending}>
          {t('settings.account.changePassword')}
        </Button>
      </div>
    </form>
  )
}

const browserOf = (agent: string | null): string => {
  const names = ['Edg', 'Firefox', 'Chrome', 'Safari'].filter((name) => agent?.includes(name))
  const system = ['Windows', 'Android', 'iPhone', 'Mac OS', 'Linux'].find((name) =>
    agent?.includes(name),
  )
  const [name = agent ?? '–'] = names
  return [name === 'Edg' ? 'Edge' : name, system].filter(Boolean).join(', ')
}

function Sessions() {
  const { t } = useTranslation()
  const signOut = useSignOut()
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: async () => (await answer(client.api.auth.sessions.$get())).data,
  })
  const end = useChange({
    run: ({ id }: SessionView) =>
      answer(client.api.auth.sessions[':id'].$delete({ param: { id } })),
    renews: ['sessions'],
  })
  const everywhere = useChange({
    run: () => answer(client.api.auth['sign-out-everywhere'].$post()),
    renews: [],
    onDone: signOut,
  })
  const columns: readonly Column<SessionView>[] = [
    {
      key: 'browser',
      head: t('settings.account.browser'),
      cell: ({ browser, current }) => (
        <div className={styles.row}>
          <span className="given">{browserOf(browser)}</span>
          {current && <Tag tone="accent">{t('settings.account.thisOne')}</Tag>}
        </div>
      ),
    },
    { key: 'address', head: t('settings.account.address'), cell: ({ address }) => address ?? '–' },
    {
      key: 'seen',
      head: t('settings.account.lastSeen'),
      cell: ({ seenAt }) => <Time at={seenAt} />,
    },
    {
      key: 'actions',
      head: <span className="unseen">{t('settings.account.end')}</span>,
      align: 'end',
      cell: (session) =>
        !session.current && (
          <Button variant="default" size="compact-sm" onClick={() => end.mutate(session)}>
            {t('settings.account.end')}
          </Button>
        ),
    },
  ]
  return (
    <Card
      title={t('settings.account.sessions')}
      isFilled
      actions={
        <Button variant="default" size="compact-sm" onClick={() => everywhere.mutate(undefined)}>
          {t('settings.account.everywhere')}
        </Button>
      }
    >
      <Loaded query={sessions}>
        {(data) => (
          <Table
            label={t('settings.account.sessions')}
            columns={columns}
            rows={data}
            keyOf={({ id }) => id}
          />
        )}
      </Loaded>
    </Card>
  )
}

/** What everybody does with the own account. */
export function AccountPage() {
  const { t } = useTranslation()
  const me = useMe()
  if (!me) return undefined
  const teams = me.teams?.join(', ') ?? t('settings.account.allTeams')
  return (
    <Page title={t('settings.account.title')}>
      <Stack maw={760}>
        <Card>
          <div className={styles.row}>
            <Avatar name={me.name} size={44} />
            <div>
              <strong className="given">{me.name}</strong>
              <div className="muted given">
                {`${me.username} · ${t(`common.roles.${me.role}`)} · ${teams}`}
              </div>
            </div>
          </div>
        </Card>
        {me.signsInBy === 'single sign-on' ? (
          <Card>{t('settings.account.elsewhere')}</Card>
        ) : (
          <>
            <Card title={t('settings.account.totp')}>
              <SecondStep isOn={me.totp} />
            </Card>
            <Card title={t('settings.account.changePassword')}>
              <ChangePassword />
            </Card>
          </>
        )}
        <Sessions />
      </Stack>
    </Page>
  )
}
