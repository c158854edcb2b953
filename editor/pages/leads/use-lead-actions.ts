import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LeadChange } from '../../../server/schema/lead-work.ts'
import type { LeadView } from '../../../server/schema/lead.ts'
import { useMay, useMe } from '../../api/session.ts'
import type { DialogName } from './lead-dialogs.tsx'
import { useLeadName } from './lead-name.ts'
import { useAssignees } from './use-assignees.ts'
import { useLeadChange } from './use-lead-change.tsx'
import type { LeadKey } from './use-lead-keys.ts'
import type { Way } from './ways.tsx'
import { hrefOf } from './ways.tsx'

interface OpenDialog {
  readonly name: DialogName
  readonly lead: LeadView
}

/** What is said when a change is done. */
function useChangedText() {
  const { t } = useTranslation()
  const nameOf = useLeadName()
  const me = useMe()
  const people = useAssignees()
  return (lead: LeadView, change: LeadChange): string | undefined => {
    const { name } = nameOf(lead)
    if (change.note !== undefined) return t('leads.work.noted')
    if (change.status === 'new' || change.status === 'assigned')
      return t('leads.changed.status', { name })
    if (change.status !== undefined) return t(`leads.changed.${change.status}`, { name })
    if (change.assignee === null) return t('leads.changed.unassigned', { name })
    // oneself is known before the list of people is there
    const who = [...people, ...(me ? [me] : [])].find(({ id }) => id === change.assignee)?.name
    if (who !== undefined) return t('leads.changed.assigned', { name, who })
    return change.dueAt === undefined ? undefined : t('leads.changed.due', { name })
  }
}

/** Everything that can be done about one lead, by mouse or by keys. */
export function useLeadActions() {
  const me = useMe()
  const mayWork = useMay('changeLead')
  const mayAsk = useMay('requestCallPermission')
  const textOf = useChangedText()
  const change = useLeadChange()
  const [dialog, setDialog] = useState<OpenDialog>()
  const apply = (lead: LeadView, wanted: LeadChange): void => {
    const done = textOf(lead, wanted)
    const canUndo = wanted.note === undefined
    change.mutate({ lead, change: wanted, canUndo, ...(done === undefined ? {} : { done }) })
  }
  const take = (lead: LeadView, way: Way): void => {
    if (way === 'ask') return setDialog({ name: 'ask', lead })
    setDialog(undefined)
    // what is settled stays settled when somebody writes once more
    const isSettled = lead.status === 'converted' || lead.status === 'dismissed'
    if (mayWork && !isSettled) apply(lead, { status: 'contacted', via: way })
  }
  /** By a key there is no link that opens by itself. */
  const open = (lead: LeadView, way: 'whatsapp' | 'phone'): void => {
    const href = hrefOf(way, lead.phone)
    if (href === undefined) return
    if (way === 'whatsapp') window.open(href, '_blank', 'noopener,noreferrer')
    else window.location.href = href
    take(lead, way)
  }
  const press = (lead: LeadView, key: Exclude<LeadKey, 'x'>): void => {
    if (key === 'w') return open(lead, 'whatsapp')
    if (key === 'p') return open(lead, 'phone')
    if (key === 'c') return setDialog({ name: 'call', lead })
    if (key === 'a' && mayAsk) return setDialog({ name: 'ask', lead })
    if (!mayWork) return
    if (key === 'm' && me) apply(lead, { assignee: me.id })
    if (key === 'd') setDialog({ name: 'dismiss', lead })
    if (key === 'v') setDialog({ name: 'converted', lead })
  }
  return { dialog, setDialog, apply, take, press, mayWork, isBusy: change.isPending }
}
