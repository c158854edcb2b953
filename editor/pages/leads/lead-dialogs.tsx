import { Button, Group, Modal, NumberInput, Stack, Textarea, TextInput } from '@mantine/core'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LeadChange } from '../../../server/schema/lead-work.ts'
import type { LeadView } from '../../../server/schema/lead.ts'
import { answer, client } from '../../api/client.ts'
import { useChange } from '../../parts/use-change.ts'
import { useLeadName } from './lead-name.ts'
import type { Way } from './ways.tsx'
import { Ways } from './ways.tsx'

export type DialogName = 'call' | 'ask' | 'converted' | 'dismiss'

interface DialogProps {
  readonly lead: LeadView
  readonly onClose: () => void
}

/** The last currency somebody gave a value in; most businesses have one. */
const currencyKey = 'callgate.currency'

function Actions({
  action,
  onClose,
  isBusy = false,
  isIdle = false,
}: {
  action: string
  onClose: () => void
  isBusy?: boolean
  isIdle?: boolean
}) {
  const { t } = useTranslation()
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onClose}>
        {t('common.cancel')}
      </Button>
      <Button type="submit" loading={isBusy} disabled={isIdle}>
        {action}
      </Button>
    </Group>
  )
}

const submitting = (run: () => void) => (event: FormEvent) => {
  event.preventDefault()
  run()
}

/** Converted, and what it was worth. */
export function ConvertDialog({
  lead,
  onClose,
  onChange,
}: DialogProps & { onChange: (change: LeadChange) => void }) {
  const { t } = useTranslation()
  const { name } = useLeadName()(lead)
  const [value, setValue] = useState<number | string>('')
  const [currency, setCurrency] = useState(localStorage.getItem(currencyKey) ?? 'EUR')
  const hasValue = value !== ''
  const isFit = !hasValue || /^[A-Z]{3}$/.test(currency)
  const submit = submitting(() => {
    localStorage.setItem(currencyKey, currency)
    onChange({ status: 'converted', ...(hasValue ? { value: Number(value), currency } : {}) })
    onClose()
  })
  return (
    <Modal opened onClose={onClose} title={t('leads.outcome.convertTitle', { name })}>
      <form onSubmit={submit}>
        <Stack>
          <Group align="flex-start" wrap="nowrap">
            <NumberInput
              label={t('leads.outcome.value')}
              description={t('leads.outcome.valueHint')}
              min={0}
              max={1e12}
              decimalScale={2}
              thousandSeparator=" "
              value={value}
              onChange={setValue}
              data-autofocus
              style={{ flex: 1 }}
            />
            <TextInput
              label={t('leads.outcome.currency')}
              description={' '}
              value={currency}
              maxLength={3}
              onChange={({ currentTarget }) => setCurrency(currentTarget.value.toUpperCase())}
              style={{ width: 96 }}
            />
          </Group>
          <Actions action={t('leads.outcome.convert')} onClose={onClose} isIdle={!isFit} />
        </Stack>
      </form>
    </Modal>
  )
}

const usualReasons = ['notACustomer', 'wrongNumber', 'spam', 'elsewhere'] as const

interface DismissProps {
  readonly title: string
  readonly onClose: () => void
  readonly onDismiss: (reason: string) => void
}

/** Dismissed, and why. */
export function DismissDialog({ title, onClose, onDismiss }: DismissProps) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const submit = submitting(() => {
    onDismiss(reason.trim())
    onClose()
  })
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('leads.outcome.reason')}
            description={t('leads.outcome.reasonHint')}
            value={reason}
            maxLength={200}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
            data-autofocus
          />
          <Group gap="xs">
            {usualReasons.map((one) => (
              <Button
                key={one}
                size="compact-sm"
                variant="default"
                onClick={() => setReason(t(`leads.outcome.usualReasons.${one}`))}
              >
                {t(`leads.outcome.usualReasons.${one}`)}
              </Button>
            ))}
          </Group>
          <Actions
            action={t('leads.outcome.dismissAction')}
            onClose={onClose}
            isIdle={reason.trim() === ''}
          />
        </Stack>
      </form>
    </Modal>
  )
}

/** A question to the person whether we may call. */
export function AskDialog({ lead, onClose }: DialogProps) {
  const { t } = useTranslation()
  const { name } = useLeadName()(lead)
  const [text, setText] = useState<string>(t('leads.ask.usual'))
  const ask = useChange({
    run: () =>
      answer(
        client.api.calls.contacts[':contactId'].permission.$post({
          param: { contactId: String(lead.personId) },
          json: { text: text.trim(), line: lead.line },
        }),
      ),
    renews: ['leads'],
    done: t('leads.ask.sent'),
    onDone: onClose,
  })
  return (
    <Modal opened onClose={onClose} title={t('leads.ask.title', { name })}>
      <form onSubmit={submitting(() => ask.mutate(undefined))}>
        <Stack>
          <Textarea
            label={t('leads.ask.text')}
            value={text}
            maxLength={1024}
            autosize
            minRows={2}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
            data-autofocus
          />
          <Actions
            action={t('leads.ask.send')}
            onClose={onClose}
            isBusy={ask.isPending}
            isIdle={text.trim() === ''}
          />
        </Stack>
      </form>
    </Modal>
  )
}

/** The ways to call somebody, each saying what it will do; the last one does nothing. */
export function CallDialog({ lead, onClose, onWay }: DialogProps & { onWay: (way: Way) => void }) {
  const { t } = useTranslation()
  const { name } = useLeadName()(lead)
  return (
    <Modal opened onClose={onClose} title={t('leads.way.dialogTitle', { name })}>
      <Stack>
        <p className="muted">{t('leads.way.note')}</p>
        <Ways lead={lead} onWay={onWay} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} title={t('leads.way.cancelHint')}>
            {t('leads.way.cancel')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
