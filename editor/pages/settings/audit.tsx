import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Download, ScrollText } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AuditView } from '../../../server/schema/audit.ts'
import { answer, client } from '../../api/client.ts'
import { Card } from '../../parts/card.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Pager } from '../../parts/pager.tsx'
import { EmptyState } from '../../parts/states.tsx'
import type { Column } from '../../parts/table.tsx'
import { Table, TwoLines } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import styles from './settings.module.css'

function Document({ title, value }: { title: string; value: unknown }) {
  if (value === null || value === undefined) return undefined
  return (
    <div>
      <strong>{title}</strong>
      <pre className={styles.secret} style={{ whiteSpace: 'pre-wrap', margin: '4px 0 0' }}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </div>
  )
}

/** Who changed what. */
export function AuditLog() {
  const { t } = useTranslation()
  const [actor, setActor] = useState('')
  const [operation, setOperation] = useState<string | null>(null)
  const [page, setPage] = useState(1)
  const [open, setOpen] = useState<AuditView>()
  const [name] = useDebouncedValue(actor.trim(), 250)
  const filter = {
    ...(name === '' ? {} : { actor: name }),
    ...(operation === null ? {} : { operation }),
  }
  const log = useQuery({
    queryKey: ['audit', filter, page],
    queryFn: () => answer(client.api.audit.$get({ query: { ...filter, page: String(page) } })),
    placeholderData: keepPreviousData,
  })
  const csv = `/api/audit?${new URLSearchParams({ ...filter, format: 'csv' })}`
  const columns: readonly Column<AuditView>[] = [
    { key: 'at', head: t('settings.log.when'), width: 130, cell: ({ at }) => <Time at={at} /> },
    {
      key: 'who',
      head: t('settings.log.who'),
      cell: ({ actor: who }) => (
        <TwoLines first={who.name} second={t(`settings.log.kind.${who.kind}`)} />
      ),
    },
    {
      key: 'what',
      head: t('settings.log.what'),
      cell: (row) => <span className="mono">{row.operation}</span>,
    },
    {
      key: 'about',
      head: t('settings.log.about'),
      cell: ({ subject }) => <span className="given">{subject ?? '–'}</span>,
    },
    { key: 'from', head: t('settings.log.from'), cell: ({ address }) => address ?? '–' },
  ]
  return (
    <>
      <div className={styles.lead}>
        {t('settings.log.lead')}
        <Button
          component="a"
          href={csv}
          download
          variant="default"
          leftSection={<Download size={15} aria-hidden />}
        >
          {t('common.export')}
        </Button>
      </div>
      <Group>
        <TextInput
          aria-label={t('settings.log.who')}
          placeholder={t('settings.log.anybody')}
          value={actor}
          onChange={({ currentTarget }) => {
            setActor(currentTarget.value)
            setPage(1)
          }}
        />
        <Select
          aria-label={t('settings.log.what')}
          placeholder={t('settings.log.anything')}
          data={log.data?.operations ?? []}
          value={operation}
          onChange={(value) => {
            setOperation(value)
            setPage(1)
          }}
          clearable
          searchable
        />
      </Group>
      <Card isFilled>
        <Loaded query={log}>
          {({ data, pagination }) =>
            data.length === 0 ? (
              <EmptyState icon={ScrollText} title={t('settings.log.empty')}>
                {t('settings.log.emptyText')}
              </EmptyState>
            ) : (
              <>
                <Table
                  label={t('settings.audit')}
                  columns={columns}
                  rows={data}
                  keyOf={({ id }) => String(id)}
                  onOpen={setOpen}
                />
                <Pager pagination={pagination} onPage={setPage} />
              </>
            )
          }
        </Loaded>
      </Card>
      <Modal
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={open ? `${open.actor.name}: ${open.operation}` : ''}
        size="lg"
      >
        <Stack>
          <p className="given">{open?.subject}</p>
          <Document title={t('settings.log.before')} value={open?.before} />
          <Document title={t('settings.log.after')} value={open?.after} />
        </Stack>
      </Modal>
    </>
  )
}
