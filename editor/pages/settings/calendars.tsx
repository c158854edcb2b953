import { Button, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Clock, Plus } from 'lucide-react'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Calendar } from '../../../server/schema/calendar.ts'
import { answer, client } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { Card } from '../../parts/card.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { EmptyState } from '../../parts/states.tsx'
import { useChange } from '../../parts/use-change.ts'
import { Files } from './address-book/files.tsx'
import { CalendarForm } from './calendar-form.tsx'
import styles from './settings.module.css'

const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone
const emptyCalendar: Calendar = {
  zone: ownZone,
  weekly: {
    mon: [['09:00', '17:00']],
    tue: [['09:00', '17:00']],
    wed: [['09:00', '17:00']],
    thu: [['09:00', '17:00']],
    fri: [['09:00', '17:00']],
  },
  holidays: [],
  overrides: [],
}

function CreateDialog({
  isOpen,
  onClose,
  onCreated,
}: {
  isOpen: boolean
  onClose: () => void
  onCreated: (name: string) => void
}) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const create = useChange({
    run: () =>
      answer(client.api.settings.calendars[':name'].$put({ param: { name }, json: emptyCalendar })),
    renews: ['calendars', 'catalogue'],
    onDone: () => {
      onClose()
      onCreated(name)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate(undefined)
  }
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('settings.calendar.create')}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('settings.calendar.createName')}
            required
            withAsterisk={false}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <Button type="submit" loading={create.isPending}>
            {t('settings.calendar.create')}
          </Button>
        </Stack>
      </form>
    </Modal>
  )
}

/** Opening hours, by name. */
export function Calendars() {
  const { t } = useTranslation()
  const mayChange = useMay('putCalendar')
  const [chosen, setChosen] = useState<string>()
  const [isCreating, setCreating] = useState(false)
  const calendars = useQuery({
    queryKey: ['calendars'],
    queryFn: async () => (await answer(client.api.settings.calendars.$get())).data,
  })
  return (
    <>
      <div className={styles.lead}>
        {t('settings.calendar.lead')}
        <div className={styles.row}>
          <Files kind="calendars" />
          {mayChange && (
            <Button leftSection={<Plus size={15} aria-hidden />} onClick={() => setCreating(true)}>
              {t('settings.calendar.create')}
            </Button>
          )}
        </div>
      </div>
      <Loaded query={calendars}>
        {(data) => {
          const open = data.find(({ name }) => name === chosen) ?? data[0]
          if (!open)
            return (
              <EmptyState icon={Clock} title={t('settings.calendar.empty')}>
                {t('settings.calendar.emptyText')}
              </EmptyState>
            )
          return (
            <>
              <Select
                aria-label={t('settings.calendars')}
                data={data.map(({ name }) => name)}
                value={open.name}
                allowDeselect={false}
                onChange={(name) => setChosen(name ?? undefined)}
                w={260}
              />
              <Card>
                <CalendarForm
                  key={`${open.name} ${JSON.stringify(open.calendar)}`}
                  name={open.name}
                  calendar={open.calendar}
                />
              </Card>
            </>
          )
        }}
      </Loaded>
      <CreateDialog isOpen={isCreating} onClose={() => setCreating(false)} onCreated={setChosen} />
    </>
  )
}
