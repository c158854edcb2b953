import { Button, FileButton, Group, Modal, Select, Stack } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { CalendarPlus, Upload } from 'lucide-react'
import { DateTime } from 'luxon'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../../../api/client.ts'
import { Loaded } from '../../../parts/loaded.tsx'
import styles from '../settings.module.css'
import type { Holiday } from './holidays.tsx'
import { holidaysOfFile } from './ics.ts'

interface SourcesProps {
  readonly known: readonly Holiday[]
  readonly onAdd: (more: Holiday[]) => void
}

/** Of the place, those whose date the calendar does not have. */
function Choice({
  country,
  region,
  known,
  onAdd,
}: SourcesProps & { country: string; region: string }) {
  const { t } = useTranslation()
  const holidays = useQuery({
    queryKey: ['holidays', country, region],
    queryFn: async () => {
      const query = { country, ...(region === '' ? {} : { region }) }
      return (await answer(client.api.settings.holidays.$get({ query }))).data
    },
    staleTime: Infinity,
  })
  const dates = new Set(known.map(({ date }) => date))
  return (
    <Loaded query={holidays}>
      {(data) => {
        const fresh = data.filter(({ date }) => !dates.has(date))
        return (
          <>
            <ul className={styles.rows} tabIndex={0} aria-label={t('settings.calendar.holidays')}>
              {fresh.map(({ date, name }) => (
                <li key={date}>
                  <span className="mono">{date}</span> {name}
                </li>
              ))}
              {fresh.length === 0 && <li>{t('settings.calendar.noneNew')}</li>}
            </ul>
            <p className="muted">{t('settings.calendar.source')}</p>
            <Group justify="flex-end">
              <Button disabled={fresh.length === 0} onClick={() => onAdd(fresh)}>
                {t('settings.calendar.addCount', { count: fresh.length })}
              </Button>
            </Group>
          </>
        )
      }}
    </Loaded>
  )
}

function CountryDialog({ known, onAdd, onClose }: SourcesProps & { onClose: () => void }) {
  const { t } = useTranslation()
  const [country, setCountry] = useState('')
  const [region, setRegion] = useState('')
  const places = useQuery({
    queryKey: ['holiday-places', country],
    queryFn: () =>
      answer(
        client.api.settings['holiday-places'].$get({ query: country === '' ? {} : { country } }),
      ),
    staleTime: Infinity,
    placeholderData: (before) => before,
  })
  const options = (all: readonly { code: string; name: string }[] | undefined) =>
    (all ?? []).map(({ code, name }) => ({ value: code, label: name }))
  return (
    <Modal opened onClose={onClose} title={t('settings.calendar.fromCountry')}>
      <Stack>
        <Select
          label={t('settings.calendar.country')}
          searchable
          data={options(places.data?.countries)}
          value={country || null}
          onChange={(next) => {
            setCountry(next ?? '')
            setRegion('')
          }}
        />
        {country !== '' && (places.data?.regions.length ?? 0) > 0 && (
          <Select
            label={t('settings.calendar.region')}
            placeholder={t('settings.calendar.wholeCountry')}
            clearable
            searchable
            data={options(places.data?.regions)}
            value={region || null}
            onChange={(next) => setRegion(next ?? '')}
          />
        )}
        {country !== '' && <Choice country={country} region={region} known={known} onAdd={onAdd} />}
      </Stack>
    </Modal>
  )
}

/** Holidays out of a list of public ones, or out of a calendar file; saved with the calendar. */
export function HolidaySources({ known, onAdd }: SourcesProps) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const read = async (file: File | null) => {
    if (!file) return
    try {
      const found = await holidaysOfFile(await file.text(), DateTime.now().toISODate())
      const dates = new Set(known.map(({ date }) => date))
      const fresh = found.filter(({ date }) => !dates.has(date))
      onAdd(fresh)
      if (fresh.length === 0) notifications.show({ message: t('settings.calendar.noneNew') })
    } catch {
      // whatever the parser stumbled over: the file is not one
      notifications.show({ message: t('settings.calendar.fileUnread'), role: 'alert' })
    }
  }
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<CalendarPlus size={13} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {t('settings.calendar.fromCountry')}
      </Button>
      <FileButton accept=".ics,text/calendar" onChange={(file) => void read(file)}>
        {(props) => (
          <Button
            {...props}
            variant="default"
            size="compact-sm"
            leftSection={<Upload size={13} aria-hidden />}
          >
            {t('settings.calendar.fromFile')}
          </Button>
        )}
      </FileButton>
      {isOpen && (
        <CountryDialog
          known={known}
          onAdd={(more) => {
            onAdd(more)
            setOpen(false)
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  )
}
