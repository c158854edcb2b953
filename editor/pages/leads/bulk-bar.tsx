import { Button, Select } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LeadChange } from '../../../server/schema/lead-work.ts'
import type { LeadView } from '../../../server/schema/lead.ts'
import { answer, client } from '../../api/client.ts'
import { useMe } from '../../api/session.ts'
import { useChange } from '../../parts/use-change.ts'
import { DismissDialog } from './lead-dialogs.tsx'
import styles from './leads.module.css'
import { useAssignees } from './use-assignees.ts'

interface BulkProps {
  readonly leads: readonly LeadView[]
  readonly onDone: () => void
}

/** Does the same about all that is selected, and says what did not go through. */
function useBulk({ leads, onDone }: BulkProps) {
  const { t } = useTranslation()
  return useChange({
    run: (change: LeadChange) =>
      answer(
        client.api.reports['silent-leads'].bulk.$post({
          json: { leads: leads.map(({ ref, revision }) => ({ ref, revision })), change },
        }),
      ),
    renews: ['leads'],
    onDone: ({ data }) => {
      const count = (...results: string[]) =>
        data.filter(({ result }) => results.includes(result)).length
      const [done, outdated, refused] = [count('done'), count('outdated', 'not_found'), count('not_theirs', 'needs_assignee')] // prettier-ignore
      const parts = [
        ...(done > 0 ? [t('leads.bulk.done', { count: done })] : []),
        ...(outdated > 0 ? [t('leads.bulk.outdated', { count: outdated })] : []),
        ...(refused > 0 ? [t('leads.bulk.refused', { count: refused })] : []),
      ]
      notifications.show({ message: parts.join(' ') })
      onDone()
    },
  })
}

/** What can be done about several leads at once. */
export function BulkBar({ leads, onDone }: BulkProps) {
  const { t } = useTranslation()
  const me = useMe()
  const people = useAssignees()
  const [isDismissing, setDismissing] = useState(false)
  const bulk = useBulk({ leads, onDone })
  const count = leads.length
  return (
    <div className={styles.bulk} role="region" aria-label={t('leads.bulk.label')}>
      <strong aria-live="polite">{t('leads.bulk.chosen', { count })}</strong>
      <Select
        aria-label={t('leads.bulk.assign')}
        placeholder={t('leads.bulk.assign')}
        data={people.map(({ id, name }) => ({ value: id, label: name }))}
        value={null}
        onChange={(assignee) => assignee !== null && bulk.mutate({ assignee })}
        searchable
        w={180}
      />
      {me && people.some(({ id }) => id === me.id) && (
        <Button variant="default" onClick={() => bulk.mutate({ assignee: me.id })}>
          {t('leads.bulk.mine')}
        </Button>
      )}
      <Button variant="default" onClick={() => bulk.mutate({ status: 'contacted' })}>
        {t('leads.bulk.contacted')}
      </Button>
      <Button variant="default" onClick={() => setDismissing(true)}>
        {t('leads.bulk.dismiss')}
      </Button>
      <div style={{ flex: 1 }} />
      <Button variant="subtle" onClick={onDone}>
        {t('leads.bulk.none')}
      </Button>
      {isDismissing && (
        <DismissDialog
          title={t('leads.outcome.dismissTitle', { name: t('leads.bulk.chosen', { count }) })}
          onClose={() => setDismissing(false)}
          onDismiss={(reason) => bulk.mutate({ status: 'dismissed', reason })}
        />
      )}
    </div>
  )
}
