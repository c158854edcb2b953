import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/session.ts'
import { canaryQuery } from '../../api/trials.ts'
import { useWorkbench } from '../workbench.ts'

/** In the publish dialog: the way to try the draft on some callers first, or what publishing does to the canary that runs. */
export function CanaryTry({ isDisabled, onTry }: { isDisabled: boolean; onTry: () => void }) {
  const { t } = useTranslation()
  const { id, live } = useWorkbench()
  const mayStart = useMay('startCanary')
  const canary = useQuery(canaryQuery(id))
  if (!live) return undefined
  if (canary.data?.state === 'running')
    return <span style={{ color: 'var(--warn-text)' }}>{t('trials.endsCanary')}</span>
  if (!mayStart) return undefined
  return (
    <Button variant="default" disabled={isDisabled} onClick={onTry}>
      {t('trials.try')}
    </Button>
  )
}
