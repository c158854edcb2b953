import { Button, Group } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { LeadChange } from '../../../server/schema/lead-work.ts'
import type { LeadView } from '../../../server/schema/lead.ts'
import { answer, client } from '../../api/client.ts'
import { useProblemText } from '../../parts/problem-text.ts'

interface Change {
  readonly lead: LeadView
  readonly change: LeadChange
  /** Said when it is done; nothing where it is left out. */
  readonly done?: string
  readonly canUndo?: boolean
}

/** How long something can be taken back. */
const undoMs = 8_000

const send = (ref: string, revision: number, change: LeadChange) =>
  answer(
    client.api.reports['silent-leads'][':ref'].$patch({
      param: { ref },
      header: { 'if-match': String(revision) },
      json: change,
    }),
  )

/** What makes a lead again what it was. */
function back(lead: LeadView): LeadChange {
  const { status, assignee, dueAt, dueBy, value, currency, dismissedFor } = lead
  return {
    status,
    assignee: assignee?.id ?? null,
    ...(dueBy === 'person' ? { dueAt } : {}),
    ...(status === 'converted' && value !== null && currency !== null ? { value, currency } : {}),
    ...(status === 'dismissed' ? { reason: dismissedFor ?? '–' } : {}),
  }
}

/** Changes a lead as it was seen, and offers to take it back; tells when somebody else was first. */
export function useLeadChange() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const problemText = useProblemText()
  const renew = () => queries.invalidateQueries({ queryKey: ['leads'] })
  /** What the last change from here made of a lead: the next one may come before the list is read again. */
  const made = useRef(new Map<string, LeadView>())
  const newest = (lead: LeadView): LeadView => {
    const own = made.current.get(lead.ref)
    return own !== undefined && own.revision > lead.revision ? own : lead
  }
  const fail = (error: Error) => {
    void renew()
    notifications.show({
      message: problemText(error),
      role: 'alert',
      color: 'var(--err)',
      autoClose: false,
    })
  }
  const undo = useMutation({
    mutationFn: (input: { lead: LeadView; revision: number }) =>
      send(input.lead.ref, input.revision, back(input.lead)),
    onSuccess: async (after) => {
      made.current.set(after.ref, after)
      await renew()
      notifications.show({ message: t('leads.changed.undone') })
    },
    onError: fail,
  })
  return useMutation({
    // one after the other, so that the second builds on what the first made
    scope: { id: 'lead-changes' },
    mutationFn: async ({ lead, change }: Change) => {
      const before = newest(lead)
      return { before, after: await send(before.ref, before.revision, change) }
    },
    onSuccess: async ({ before, after }, { done, canUndo = false }) => {
      made.current.set(after.ref, after)
      await renew()
      if (done === undefined) return
      const { ref, revision } = after
      const id = `lead-${ref}-${revision}`
      const takeBack = () => {
        notifications.hide(id)
        undo.mutate({ lead: before, revision })
      }
      notifications.show({
        id,
        autoClose: undoMs,
        message: (
          <Group justify="space-between" wrap="nowrap">
            <span className="given">{done}</span>
            {canUndo && (
              <Button size="compact-sm" variant="default" onClick={takeBack}>
                {t('common.undo')}
              </Button>
            )}
          </Group>
        ),
      })
    },
    onError: fail,
  })
}
