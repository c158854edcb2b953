import { OctagonAlert, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Problem } from '../../../server/schema/problem.ts'
import { Tag } from '../../parts/tag.tsx'

/** How many errors and warnings there are. */
export function ProblemTags({ problems }: { problems: readonly Pick<Problem, 'severity'>[] }) {
  const { t } = useTranslation()
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const warnings = problems.length - errors
  if (problems.length === 0) return <span className="muted">{t('policies.none')}</span>
  return (
    <>
      {errors > 0 && (
        <Tag tone="err" icon={<OctagonAlert size={13} aria-hidden />}>
          {t('policies.errors', { count: errors })}
        </Tag>
      )}{' '}
      {warnings > 0 && (
        <Tag tone="warn" icon={<TriangleAlert size={13} aria-hidden />}>
          {t('policies.warnings', { count: warnings })}
        </Tag>
      )}
    </>
  )
}
