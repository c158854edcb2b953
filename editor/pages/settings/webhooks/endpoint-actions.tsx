import { ActionIcon, Menu } from '@mantine/core'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Endpoint } from '../../../../server/schema/webhook-out.ts'
import { answer, client } from '../../../api/client.ts'
import { Confirm } from '../../../parts/confirm.tsx'
import { useChange } from '../../../parts/use-change.ts'

interface ActionsProps {
  readonly endpoint: Endpoint
  readonly onChange: () => void
  readonly onLog: () => void
  readonly onSecret: (secret: string) => void
}

/** What can be done with one endpoint. */
export function EndpointActions({ endpoint, onChange, onLog, onSecret }: ActionsProps) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState<'rotate' | 'remove'>()
  const param = { id: endpoint.id }
  const close = () => setAsking(undefined)
  const test = useChange({
    run: () => answer(client.api.webhooks[':id'].test.$post({ param })),
    renews: ['webhooks'],
    done: t('webhooks.tested'),
    onDone: onLog,
  })
  const rotate = useChange({
    run: () => answer(client.api.webhooks[':id'].secret.$post({ param })),
    renews: ['webhooks'],
    onDone: ({ secret }) => {
      close()
      onSecret(secret)
    },
  })
  const remove = useChange({
    run: () => answer(client.api.webhooks[':id'].$delete({ param })),
    renews: ['webhooks'],
    onDone: close,
  })
  const name = endpoint.description || endpoint.url
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" aria-label={`${t('webhooks.actions')}: ${name}`}>
            <Ellipsis size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={onLog}>{t('webhooks.log')}</Menu.Item>
          <Menu.Item disabled={!endpoint.enabled} onClick={() => test.mutate(undefined)}>
            {t('webhooks.test')}
          </Menu.Item>
          <Menu.Item onClick={onChange}>{t('webhooks.change')}</Menu.Item>
          <Menu.Item onClick={() => setAsking('rotate')}>{t('webhooks.rotate')}</Menu.Item>
          <Menu.Item onClick={() => setAsking('remove')}>{t('webhooks.remove')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Confirm
        isOpen={asking === 'rotate'}
        title={t('webhooks.rotateTitle')}
        text={t('webhooks.rotateText')}
        action={t('webhooks.rotate')}
        isBusy={rotate.isPending}
        onConfirm={() => rotate.mutate(undefined)}
        onClose={close}
      />
      <Confirm
        isOpen={asking === 'remove'}
        title={t('webhooks.removeTitle')}
        text={t('webhooks.removeText')}
        action={t('webhooks.remove')}
        isBusy={remove.isPending}
        onConfirm={() => remove.mutate(undefined)}
        onClose={close}
      />
    </>
  )
}
