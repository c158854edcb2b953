import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/session.ts'
import { Loaded } from '../../parts/loaded.tsx'
import { useWorkbench } from '../workbench.ts'
import { CaseList } from './case-list.tsx'
import styles from './cases.module.css'
import { useStoredCases } from './use-cases.ts'

/** The cases of the policy, decided again after every change of it. */
export function CasesTab() {
  const { t } = useTranslation()
  const { id } = useWorkbench()
  const maySee = useMay('getCases')
  const stored = useStoredCases(id)
  if (!maySee) return <p className={styles.head}>{t('cases.notAllowed')}</p>
  return (
    <Loaded query={stored}>
      {({ cases, revision, problems }) => {
        if (cases) return <CaseList cases={cases} revision={revision} />
        const [first] = problems
        return (
          <p className={styles.head} role="alert">
            {t('cases.broken', { line: first?.line ?? 1, message: first?.message ?? '' })}
          </p>
        )
      }}
    </Loaded>
  )
}
