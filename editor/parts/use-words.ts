import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { Words } from '../../server/policy/say/words.ts'

/** The sentences of policies and decisions in the reader's language, their places still open. */
export function useWords(): Words {
  const { t } = useTranslation()
  return useCallback(
    (key, count) =>
      t(`say.${key}`, { skipInterpolation: true, ...(count === undefined ? {} : { count }) }),
    [t],
  )
}
