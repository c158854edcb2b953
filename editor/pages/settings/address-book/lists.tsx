import { ActionIcon, Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListEntry } from '../../../../server/schema/address-book.ts'
import { listNames } from '../../../../server/schema/address-book.ts'
import { answer, client } from '../../../api/client.ts'
import { useMay } from '../../../api/session.ts'
import { Card } from '../../../parts/card.tsx'
import { Loaded } from '../../../parts/loaded.tsx'
import { useChange } from '../../../parts/use-change.ts'
import styles from '../settings.module.css'
import { Files } from './files.tsx'

interface OneListProps {
  readonly list: ListEntry['list']
  readonly entries: readonly ListEntry[]
}

function OneList({ list, entries }: OneListProps) {
  const { t } = useTranslation()
  const mayChange = useMay('addListEntry')
  const [entry, setEntry] = useState('')
  const add = useChange({
    run: () => answer(client.api.settings.lists.$post({ json: { list, entry } })),
    renews: ['lists'],
    onDone: () => setEntry(''),
  })
  const remove = useChange({
    run: (gone: string) =>
      answer(client.api.settings.lists.remove.$post({ json: { list, entry: gone } })),
    renews: ['lists'],
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (entry.trim() !== '') add.mutate(undefined)
  }
  return (
    <Card title={t(`addressBook.list.${list}`, { count: entries.length })}>
      <p className="muted">{t(`addressBook.listText.${list}`)}</p>
      {mayChange && (
        <form onSubmit={submit} className={styles.row} style={{ margin: '12px 0' }}>
          <TextInput
            aria-label={t('addressBook.entry')}
            placeholder={t('addressBook.entry')}
            value={entry}
            onChange={({ currentTarget }) => setEntry(currentTarget.value)}
            w={280}
          />
          <Button type="submit" variant="default" loading={add.isPending}>
            {t('addressBook.add')}
          </Button>
        </form>
      )}
      <ul className={styles.entries} tabIndex={0} aria-label={t(`addressBook.listName.${list}`)}>
        {entries.map((one) => (
          <li key={one.entry}>
            <span className="mono">{one.entry}</span>
            {mayChange && (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('addressBook.takeOff', { entry: one.entry })}
                onClick={() => remove.mutate(one.entry)}
              >
                <X size={15} aria-hidden />
              </ActionIcon>
            )}
          </li>
        ))}
        {entries.length === 0 && <li className="muted">{t('addressBook.nobodyOn')}</li>}
      </ul>
    </Card>
  )
}

/** Who never gets through, and who always may. */
export function Lists() {
  const { t } = useTranslation()
  const lists = useQuery({
    queryKey: ['lists'],
    queryFn: async () => (await answer(client.api.settings.lists.$get())).data,
  })
  return (
    <>
      <div className={styles.lead}>
        {t('addressBook.listsLead')}
        <Files kind="lists" />
      </div>
      <Loaded query={lists}>
        {(data) =>
          listNames.map((list) => (
            <OneList key={list} list={list} entries={data.filter((one) => one.list === list)} />
          ))
        }
      </Loaded>
    </>
  )
}
