import { ActionIcon, Group } from '@mantine/core'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'

interface Pagination {
  readonly current_page: number
  readonly last_page: number
  readonly per_page: number
  readonly total: number
}

/** Which rows of how many, and the way to others. */
export function Pager({
  pagination,
  onPage,
}: {
  pagination: Pagination
  onPage: (page: number) => void
}) {
  const { t } = useTranslation()
  const { current_page: page, last_page, per_page, total } = pagination
  if (total === 0) return undefined
  const from = (page - 1) * per_page + 1
  const to = Math.min(total, page * per_page)
  const number = new Intl.NumberFormat()
  return (
    <Group gap="sm" justify="flex-end" p="sm">
      <span className="muted">
        {t('common.page', {
          from: number.format(from),
          to: number.format(to),
          total: number.format(total),
        })}
      </span>
      <ActionIcon
        variant="default"
        aria-label={t('common.previous')}
        disabled={page <= 1}
        onClick={() => onPage(page - 1)}
      >
        <ChevronLeft size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="default"
        aria-label={t('common.next')}
        disabled={page >= last_page}
        onClick={() => onPage(page + 1)}
      >
        <ChevronRight size={16} aria-hidden />
      </ActionIcon>
    </Group>
  )
}
