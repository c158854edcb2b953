import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'

interface ConfirmProps {
  readonly isOpen: boolean
  readonly title: string
  readonly text: string
  readonly action: string
  readonly isBusy?: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** For what cannot be taken back; everything else has an undo. */
export function Confirm(props: ConfirmProps) {
  const { isOpen, title, text, action, isBusy = false, onConfirm, onClose } = props
  const { t } = useTranslation()
  return (
    <Modal opened={isOpen} onClose={onClose} title={title}>
      <Stack>
        <Text>{text}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('common.cancel')}
          </Button>
          <Button color="var(--err-btn)" loading={isBusy} onClick={onConfirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
