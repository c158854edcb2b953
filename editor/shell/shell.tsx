import { Outlet } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useLiveRefresh } from '../api/live.ts'
import { CommandPalette } from './command-palette.tsx'
import { KeyMap } from './key-map.tsx'
import { Rail } from './rail.tsx'
import styles from './shell.module.css'
import { usePageKeys } from './use-page-keys.ts'

/** The frame around every page: rail, content, and what opens from anywhere. */
export function Shell() {
  const { t } = useTranslation()
  useLiveRefresh()
  usePageKeys()
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#content">
        {t('shell.skip')}
      </a>
      <Rail />
      <div className={styles.main}>
        <Outlet />
      </div>
      <CommandPalette />
      <KeyMap />
    </div>
  )
}
