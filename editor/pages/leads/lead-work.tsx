import { Button, Group, Select, Stack, Textarea, TextInput } from '@mantine/core'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LeadChange } from '../../../server/schema/lead-work.ts'
import type { LeadView } from '../../../server/schema/lead.ts'
import { useMe } from '../../api/session.ts'
import { wholeTime } from './due.tsx'
import { useAssignees } from './use-assignees.ts'

interface WorkProps {
  readonly lead: LeadView
  readonly isBusy: boolean
  readonly onChange: (change: LeadChange) => void
}

/** `YYYY-MM-DDTHH:mm` in the reader's own zone, as the field wants it. */
function localText(at: string | null): string {
  if (at === null) return ''
  const date = new Date(at)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

function Assignee({ lead, onChange }: WorkProps) {
  const { t } = useTranslation()
  const me = useMe()
  const people = useAssignees()
  const isMine = lead.assignee?.id === me?.id
  return (
    <Group align="flex-end" wrap="nowrap" gap="xs">
      <Select
        label={t('leads.work.assignee')}
        placeholder={t('leads.nobody')}
        data={people.map(({ id, name }) => ({ value: id, label: name }))}
        value={lead.assignee?.id ?? null}
        onChange={(assignee) => onChange({ assignee })}
        clearable
        searchable
        style={{ flex: 1 }}
      />
      {me && !isMine && people.some(({ id }) => id === me.id) && (
        <Button variant="default" onClick={() => onChange({ assignee: me.id })}>
          {t('leads.work.toMe')}
        </Button>
      )}
    </Group>
  )
}

function DueField({ lead, onChange }: WorkProps) {
  const { t } = useTranslation()
  const [text, setText] = useState(localText(lead.dueAt))
  const leave = () => {
    if (text === localText(lead.dueAt)) return
    onChange({ dueAt: text === '' ? null : new Date(text).toISOString() })
  }
  const isPromised = lead.dueBy === 'promise' && lead.dueAt !== null
  return (
    <TextInput
      type="datetime-local"
      label={t('leads.work.due')}
      description={
        isPromised ? `${t('leads.work.dueHint')}: ${wholeTime(lead.dueAt ?? '')}` : undefined
      }
      value={text}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={leave}
    />
  )
}

function NoteField({ onChange, isBusy }: WorkProps) {
  const { t } = useTranslation()
  const [note, setNote] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onChange({ note: note.trim() })
    setNote('')
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" align="flex-start">
        <Textarea
          label={t('leads.work.note')}
          placeholder={t('leads.work.notePlaceholder')}
          value={note}
          maxLength={2000}
          autosize
          minRows={1}
          maxRows={6}
          onChange={({ currentTarget }) => setNote(currentTarget.value)}
          w="100%"
        />
        {note.trim() !== '' && (
          <Button type="submit" variant="default" size="compact-md" loading={isBusy}>
            {t('leads.work.addNote')}
          </Button>
        )}
      </Stack>
    </form>
  )
}

/** Who has a lead, until when, and what the next person must know. */
export function LeadWork(props: WorkProps) {
  const { lead } = props
  return (
    <Stack gap="sm">
      <Assignee {...props} />
      <DueField key={lead.dueAt} {...props} />
      <NoteField {...props} />
    </Stack>
  )
}
