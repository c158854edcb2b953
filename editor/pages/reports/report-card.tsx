import { ActionIcon, Menu, SegmentedControl } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReportName } from '../../../server/schema/reports.ts'
import { fileFormats } from '../../../server/schema/reports.ts'
import { Card } from '../../parts/card.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { useDownload } from '../../parts/use-download.ts'
import { useReportSearch } from './report-context.ts'
import styles from './reports.module.css'

interface ReportCardProps<T> {
  readonly name: ReportName
  readonly title: string
  readonly hint?: string
  readonly query: UseQueryResult<T>
  /** The picture; without one the table is all there is. */
  readonly picture?: (report: T) => ReactNode
  readonly table: (report: T) => ReactNode
  readonly isWide?: boolean
}

function Files({ name, title }: { name: ReportName; title: string }) {
  const { t } = useTranslation()
  const search = useReportSearch()
  const { download, isBusy } = useDownload()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          loading={isBusy}
          aria-label={t('reports.exportOf', { title })}
          className={styles.unprinted}
        >
          <Download size={15} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {fileFormats.map((format) => (
          <Menu.Item
            key={format}
            onClick={() =>
              download({
                url: `/api/reports/${name}?${new URLSearchParams({ ...search, format })}`,
                format,
              })
            }
          >
            {t(`reports.as.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** One report: its picture, the table behind it, and both as files. */
export function ReportCard<T>(props: ReportCardProps<T>) {
  const { name, title, hint, query, picture, table, isWide = false } = props
  const { t } = useTranslation()
  const [view, setView] = useState<'picture' | 'table'>(picture ? 'picture' : 'table')
  const isTable = view === 'table' || !picture
  return (
    <div className={isWide ? styles.wide : undefined} data-report={name}>
      <Card
        title={
          <>
            {title} {hint !== undefined && <span className={styles.hint}>{hint}</span>}
          </>
        }
        actions={
          <>
            {picture && (
              <SegmentedControl
                size="xs"
                className={styles.unprinted ?? ''}
                aria-label={t('reports.viewOf', { title })}
                data={[
                  { value: 'picture', label: t('reports.picture') },
                  { value: 'table', label: t('common.table') },
                ]}
                value={view}
                onChange={(value) => setView(value === 'table' ? 'table' : 'picture')}
              />
            )}
            <Files name={name} title={title} />
          </>
        }
      >
        <Loaded query={query}>
          {(report) => (isTable ? table(report) : (picture?.(report) ?? null))}
        </Loaded>
      </Card>
    </div>
  )
}
