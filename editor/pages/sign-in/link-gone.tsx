import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Entrance } from './entrance.tsx'

/** A one-time link that is good no more. */
export function LinkGone({ hint }: { hint: string }) {
  const { t } = useTranslation()
  return (
    <Entrance title={t('signIn.gone')} text={hint}>
      <Button component={Link} to="/sign-in" size="md">
        {t('signIn.title')}
      </Button>
    </Entrance>
  )
}
