import { Button, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { BookUser, Plus, Search } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ContactView } from '../../../../server/schema/address-book.ts'
import { answer, client } from '../../../api/client.ts'
import { useMay } from '../../../api/session.ts'
import { Card } from '../../../parts/card.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../../../parts/states.tsx'
import type { Column } from '../../../parts/table.tsx'
import { Table, TwoLines } from '../../../parts/table.tsx'
import { Tag } from '../../../parts/tag.tsx'
import styles from '../settings.module.css'
import { ContactForm, emptyContact } from './contact-form.tsx'
import { Files } from './files.tsx'

function useColumns(): readonly Column<ContactView>[] {
  const { t } = useTranslation()
  return [
    {
      key: 'name',
      head: t('addressBook.field.name'),
      cell: ({ name, phone, userId }) => (
        <TwoLines first={name ?? phone ?? userId} second={phone ?? userId} />
      ),
    },
    {
      key: 'priority',
      head: t('addressBook.field.priority'),
      align: 'end',
      cell: ({ priority }) => priority,
    },
    {
      key: 'tier',
      head: t('addressBook.field.tier'),
      cell: ({ tier }) => (tier === 'none' ? '–' : tier),
    },
    {
      key: 'tags',
      head: t('addressBook.field.tags'),
      cell: ({ tags, optedOut }) => (
        <>
          {tags.map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
          {optedOut && <Tag tone="warn">{t('addressBook.optedOut')}</Tag>}
        </>
      ),
    },
    {
      key: 'owner',
      head: t('addressBook.field.owner'),
      cell: ({ owner }) => owner || '–',
    },
  ]
}

/** The address book: whom policies know by name, priority, tier and tags. */
export function Contacts() {
  const { t } = useTranslation()
  const mayChange = useMay('putContact')
  const [sought, setSought] = useState('')
  const [query] = useDebouncedValue(sought.trim(), 250)
  const [open, setOpen] = useState<ContactView | 'new'>()
  const columns = useColumns()
  const contacts = useInfiniteQuery({
    queryKey: ['contacts', query],
    initialPageParam: 0,
    queryFn: ({ pageParam }) =>
      answer(client.api.settings.contacts.$get({ query: { query, after: pageParam, limit: 50 } })),
    getNextPageParam: ({ next }) => next ?? undefined,
  })
  const rows = contacts.data?.pages.flatMap(({ data }) => data) ?? []
  const total = contacts.data?.pages[0]?.total ?? 0
  return (
    <>
      <div className={styles.lead}>
        <span>{t('addressBook.contactsLead', { count: total })}</span>
        <div className={styles.row}>
          <Files kind="contacts" />
          {mayChange && (
            <Button leftSection={<Plus size={15} aria-hidden />} onClick={() => setOpen('new')}>
              {t('addressBook.addContact')}
            </Button>
          )}
        </div>
      </div>
      <TextInput
        aria-label={t('addressBook.find')}
        placeholder={t('addressBook.find')}
        leftSection={<Search size={15} aria-hidden />}
        value={sought}
        onChange={({ currentTarget }) => setSought(currentTarget.value)}
        w={320}
      />
      <Card isFilled>
        {contacts.isPending && <SkeletonRows />}
        {contacts.error && (
          <ErrorState error={contacts.error} onRetry={() => void contacts.refetch()} />
        )}
        {contacts.data && rows.length === 0 && (
          <EmptyState
            icon={BookUser}
            title={t(query === '' ? 'addressBook.noContacts' : 'addressBook.nobody')}
          >
            {t(query === '' ? 'addressBook.noContactsText' : 'addressBook.nobodyText')}
          </EmptyState>
        )}
        {rows.length > 0 && (
          <Table
            label={t('settings.contacts')}
            columns={columns}
            rows={rows}
            keyOf={({ id }) => String(id)}
            {...(mayChange ? { onOpen: setOpen } : {})}
          />
        )}
        {contacts.hasNextPage && (
          <div style={{ padding: 12, textAlign: 'center' }}>
            <Button
              variant="default"
              loading={contacts.isFetchingNextPage}
              onClick={() => void contacts.fetchNextPage()}
            >
              {t('addressBook.more')}
            </Button>
          </div>
        )}
      </Card>
      {open !== undefined && (
        <ContactForm
          contact={open === 'new' ? emptyContact : open}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  )
}
