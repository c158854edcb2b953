import { Link, useParams } from '@tanstack/react-router'
import { Settings2 } from 'lucide-react'
import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { mayDo, useMe } from '../../api/session.ts'
import { PageMissing } from '../../parts/page-missing.tsx'
import { EmptyState, SkeletonRows } from '../../parts/states.tsx'
import { Page } from '../../shell/page.tsx'
import { sections } from './sections.ts'
import styles from './settings.module.css'

/** The settings one may see, one at a time. */
export function Settings() {
  const { t } = useTranslation()
  const me = useMe()
  const params = useParams({ from: '/shell/settings/{-$section}' })
  const shown = sections.filter(({ operation }) => mayDo(me, operation))
  const wanted = params.section ?? shown[0]?.id
  const section = shown.find(({ id }) => id === wanted)
  if (shown.length === 0)
    return (
      <Page title={t('settings.title')}>
        <EmptyState icon={Settings2} title={t('settings.nothing')}>
          {t('settings.nothingText')}
        </EmptyState>
      </Page>
    )
  if (!section) return <PageMissing />
  const { component: Component } = section
  return (
    <Page title={`${t('settings.title')}: ${t(`settings.${section.id}`)}`}>
      <div className={styles.frame}>
        <nav className={styles.list} aria-label={t('settings.sections')}>
          {shown.map(({ id }) => (
            <Link
              key={id}
              to="/settings/{-$section}"
              params={{ section: id }}
              data-status={id === section.id ? 'active' : undefined}
              aria-current={id === section.id ? 'page' : undefined}
            >
              {t(`settings.${id}`)}
            </Link>
          ))}
        </nav>
        <div className={styles.section}>
          <Suspense fallback={<SkeletonRows />}>
            <Component />
          </Suspense>
        </div>
      </div>
    </Page>
  )
}
