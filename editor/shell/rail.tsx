import { Menu, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { mayDo, useMe } from '../api/session.ts'
import type { Page } from '../pages/registry.ts'
import { pages } from '../pages/registry.ts'
import { Avatar } from '../parts/avatar.tsx'
import { ColourScheme } from './colour-scheme.tsx'
import styles from './shell.module.css'
import { useSignOut } from './use-sign-out.ts'

/** How many leads wait; nobody who may not see leads asks. */
function useOpenLeads(isAllowed: boolean): number {
  const query = { state: 'open', status: 'new,assigned', per_page: '1' } as const
  const leads = useQuery({
    queryKey: ['leads', 'count'],
    queryFn: () => answer(client.api.reports['silent-leads'].$get({ query })),
    enabled: isAllowed,
    select: ({ pagination }) => pagination.total,
  })
  return leads.data ?? 0
}

function Item({ page, badge }: { page: Page; badge: number }) {
  const { t } = useTranslation()
  const { icon: Icon } = page
  return (
    <Link to={page.path} className={styles.item} activeOptions={{ exact: page.path === '/' }}>
      <Icon size={19} aria-hidden />
      {t(`shell.${page.label}`)}
      {badge > 0 && <span className={styles.badge}>{badge > 99 ? '99+' : badge}</span>}
    </Link>
  )
}

function AccountMenu({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const signOut = useSignOut()
  return (
    <Menu position="right-end" width={220}>
      <Menu.Target>
        <UnstyledButton style={{ alignSelf: 'center', borderRadius: '50%' }}>
          {children}
          <span className="unseen">{t('shell.account')}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/account">
          {t('shell.account')}
        </Menu.Item>
        <Menu.Divider />
        <ColourScheme />
        <Menu.Divider />
        <Menu.Item onClick={signOut}>{t('shell.signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** The pages somebody may open. */
export function Rail() {
  const { t } = useTranslation()
  const me = useMe()
  const openLeads = useOpenLeads(mayDo(me, 'listSilentLeads'))
  const shown = pages.filter(({ operation }) => mayDo(me, operation))
  const [settings] = shown.filter(({ label }) => label === 'settings')
  return (
    <nav className={styles.rail} aria-label={t('shell.navigation')}>
      <img className={styles.logo} src="/icon.svg" alt={t('common.product')} />
      {shown
        .filter((page) => page !== settings)
        .map((page) => (
          <Item key={page.path} page={page} badge={page.label === 'leads' ? openLeads : 0} />
        ))}
      <div className={styles.spring} />
      {settings && <Item page={settings} badge={0} />}
      <AccountMenu>
        <Avatar name={me?.name ?? ''} />
      </AccountMenu>
    </nav>
  )
}
