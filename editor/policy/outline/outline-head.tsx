import { Button, Kbd } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useWorkbench } from '../workbench.ts'
import styles from './outline.module.css'

/** For which lines, how fast; and the keys. */
export function OutlineHead() {
  const { t } = useTranslation()
  const { policy, openSettings, isEditable } = useWorkbench()
  const { numbers, budgetMs } = policy
  const lines = numbers.includes('*') ? t('outline.anyLine') : numbers.join(', ')
  return (
    <div className={styles.head}>
      <div className={styles.scope}>
        {t('outline.calls')}
        <Button size="compact-sm" variant="default" onClick={openSettings}>
          {lines === '' ? t('outline.noLine') : lines}
        </Button>
        {t('outline.within')}
        <Button size="compact-sm" variant="default" onClick={openSettings}>
          {t('outline.ms', { count: budgetMs })}
        </Button>
      </div>
      {isEditable && (
        <div className={styles.keys} aria-hidden>
          <Kbd size="xs">↑↓</Kbd> {t('outline.line')} <Kbd size="xs">←→</Kbd> {t('outline.word')}{' '}
          <Kbd size="xs">↵</Kbd> {t('outline.edit')} <Kbd size="xs">A</Kbd> {t('outline.add')}{' '}
          <Kbd size="xs">⌥↑↓</Kbd> {t('outline.move')} <Kbd size="xs">⌫</Kbd> {t('outline.remove')}
        </div>
      )}
    </div>
  )
}
