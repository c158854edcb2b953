import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Usage } from '../../../../server/schema/address-book.ts'
import { answer, client } from '../../../api/client.ts'
import { useMay } from '../../../api/session.ts'

/** What live policies name, read once for a page. */
export function useUsage(): readonly Usage[] {
  const mayRead = useMay('getUsage')
  const { data } = useQuery({
    queryKey: ['policies', 'usage'],
    queryFn: async () => (await answer(client.api.settings.usage.$get())).data,
    enabled: mayRead,
  })
  return data ?? []
}

/** Where policies name a thing: each a way to the step on its canvas. */
export function UsedIn({ kind, name }: Pick<Usage, 'kind' | 'name'>) {
  const { t } = useTranslation()
  const uses = useUsage().filter((one) => one.kind === kind && one.name === name)
  if (uses.length === 0) return <span className="muted">{t('addressBook.unused')}</span>
  return (
    <span>
      {uses.map(({ policy, policyName, node, label }, index) => (
        <span key={`${policy} ${node}`}>
          {index > 0 && ', '}
          <Link to="/policies/$id" params={{ id: policy }} search={{ node }}>
            {`${policyName} · ${label}`}
          </Link>
        </span>
      ))}
    </span>
  )
}
