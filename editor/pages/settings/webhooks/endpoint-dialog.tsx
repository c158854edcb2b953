import { Button, Checkbox, Group, Modal, Stack, Switch, TextInput } from '@mantine/core'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Endpoint, WebhookEventType } from '../../../../server/schema/webhook-out.ts'
import { webhookEventTypes } from '../../../../server/schema/webhook-out.ts'
import { answer, client } from '../../../api/client.ts'
import { useChange } from '../../../parts/use-change.ts'

interface FormProps {
  /** Changed; a new one without. */
  readonly endpoint: Endpoint | undefined
  readonly onClose: () => void
  readonly onSecret: (secret: string) => void
}

interface Draft {
  readonly url: string
  readonly description: string
  readonly events: readonly WebhookEventType[]
  readonly enabled: boolean
  readonly receivesNumbers: boolean
}

const fresh: Draft = {
  url: '',
  description: '',
  events: ['lead.opened', 'lead.closed'],
  enabled: true,
  receivesNumbers: false,
}

function Form({ endpoint, onClose, onSecret }: FormProps) {
  const { t } = useTranslation()
  const [draft, setDraft] = useState<Draft>(endpoint ?? fresh)
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change })
  const { url, description, enabled, receivesNumbers } = draft
  const json = { url, description, enabled, receivesNumbers, events: [...draft.events] }
  const create = useChange({
    run: () => answer(client.api.webhooks.$post({ json })),
    renews: ['webhooks'],
    onDone: ({ secret }) => {
      onClose()
      onSecret(secret)
    },
  })
  const change = useChange({
    run: (id: string) => answer(client.api.webhooks[':id'].$patch({ param: { id }, json })),
    renews: ['webhooks'],
    done: t('webhooks.saved'),
    onDone: onClose,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (endpoint) change.mutate(endpoint.id)
    else create.mutate(undefined)
  }
  const isTold = (type: WebhookEventType) => draft.events.includes(type)
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t('webhooks.url')}
          description={t('webhooks.urlHint')}
          type="url"
          required
          withAsterisk={false}
          maxLength={2000}
          placeholder="https://crm.example.com/callgate"
          value={url}
          onChange={({ currentTarget }) => set({ url: currentTarget.value })}
        />
        <TextInput
          label={t('webhooks.description')}
          maxLength={200}
          value={description}
          onChange={({ currentTarget }) => set({ description: currentTarget.value })}
        />
        <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
          <legend style={{ padding: 0, marginBottom: 8 }}>{t('webhooks.events')}</legend>
          <Stack gap="xs">
            {webhookEventTypes.map((type) => (
              <Checkbox
                key={type}
                label={t(`webhooks.event.${type}`)}
                checked={isTold(type)}
                onChange={({ currentTarget }) =>
                  set({
                    events: webhookEventTypes.filter((one) =>
                      one === type ? currentTarget.checked : isTold(one),
                    ),
                  })
                }
              />
            ))}
          </Stack>
        </fieldset>
        <Switch
          label={t('webhooks.numbers')}
          description={t('webhooks.numbersHint')}
          checked={receivesNumbers}
          onChange={({ currentTarget }) => set({ receivesNumbers: currentTarget.checked })}
        />
        <Switch
          label={t('webhooks.enabled')}
          checked={enabled}
          onChange={({ currentTarget }) => set({ enabled: currentTarget.checked })}
        />
        <Group justify="flex-end">
          <Button
            type="submit"
            disabled={draft.events.length === 0}
            loading={create.isPending || change.isPending}
          >
            {t(endpoint ? 'webhooks.save' : 'webhooks.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface DialogProps extends FormProps {
  readonly isOpen: boolean
}

/** Makes an endpoint, or changes one. */
export function EndpointDialog({ isOpen, ...form }: DialogProps) {
  const { t } = useTranslation()
  const title = t(form.endpoint ? 'webhooks.change' : 'webhooks.create')
  return (
    <Modal opened={isOpen} onClose={form.onClose} title={title}>
      <Form key={form.endpoint?.id ?? 'new'} {...form} />
    </Modal>
  )
}
