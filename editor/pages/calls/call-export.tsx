import { Button, Menu, Progress } from '@mantine/core'
import { Download, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { fileFormats } from '../../../server/schema/reports.ts'
import { useProblemText } from '../../parts/problem-text.ts'
import { useDownload } from '../../parts/use-download.ts'
import styles from './calls.module.css'

/** The whole filtered log as a file, with how far it is. */
export function CallExport({ query }: { query: Record<string, string> }) {
  const { t } = useTranslation()
  const problem = useProblemText()
  const { download, cancel, newId, isBusy, share, error } = useDownload()
  if (isBusy)
    return (
      <span className={styles.progress}>
        <Progress
          value={100 * (share ?? 0)}
          aria-label={t('calls.exporting')}
          style={{ width: 120 }}
        />
        <span className="muted">
          {share === undefined ? t('calls.exporting') : `${Math.floor(100 * share)} %`}
        </span>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<X size={13} aria-hidden />}
          onClick={cancel}
        >
          {t('common.cancel')}
        </Button>
      </span>
    )
  return (
    <>
      {error !== undefined && (
        <span role="alert" className={styles.failed}>
          {problem(error)}
        </span>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<Download size={15} aria-hidden />}>
            {t('common.export')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {fileFormats.map((format) => (
            <Menu.Item
              key={format}
              onClick={() =>
                download({
                  url: `/api/calls/export?${new URLSearchParams({ ...query, format, export: newId() })}`,
                  format,
                })
              }
            >
              {t(`reports.as.${format}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  )
}
