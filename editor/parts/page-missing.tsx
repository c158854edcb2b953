import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { MapPinOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from './states.tsx'

/** An address without a page. */
export function PageMissing() {
  const { t } = useTranslation()
  return (
    <main id="content">
      <EmptyState
        icon={MapPinOff}
        title={t('common.error.missingTitle')}
        actions={
          <Button component={Link} to="/">
            {t('common.error.home')}
          </Button>
        }
      >
        {t('common.error.missing')}
      </EmptyState>
    </main>
  )
}
