import { Button, CopyButton, Group, Modal, Stack } from '@mantine/core'
import { Check, Copy } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import styles from '../pages/settings/settings.module.css'

interface SecretDialogProps {
  readonly title: string
  readonly text: string
  /** Shown while there is one. */
  readonly secret: string | undefined
  readonly onClose: () => void
}

/** Something that is shown once. */
export function SecretDialog({ title, text, secret, onClose }: SecretDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={secret !== undefined}
      onClose={onClose}
      title={title}
      closeOnClickOutside={false}
    >
      <Stack>
        <p>{text}</p>
        <div className={styles.secret} data-testid="secret">
          {secret}
        </div>
        <Group justify="flex-end">
          <CopyButton value={secret ?? ''}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                onClick={copy}
                leftSection={
                  copied ? <Check size={15} aria-hidden /> : <Copy size={15} aria-hidden />
                }
              >
                {t(copied ? 'common.copied' : 'common.copy')}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onClose}>{t('common.close')}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
