import { Button, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CallerChoice } from '../../../server/schema/callers.ts'
import { readablePhone } from '../../parts/phone.ts'
import { useCallerName } from '../../parts/use-caller-name.ts'
import type { Given } from './given.ts'
import { modes } from './given.ts'
import styles from './simulator.module.css'
import { useCallers, useRecentCalls } from './use-caller.ts'

interface WhoProps {
  readonly given: Given
  readonly change: (next: Given) => void
}

/** After the last letter, before contacts are looked up. */
const waitMs = 200

function ContactField({ given, change }: WhoProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [query] = useDebouncedValue(typed, waitMs)
  const [chosen, setChosen] = useState<CallerChoice>()
  const found = useCallers(query).data?.data ?? []
  const all = [
    ...(chosen && !found.some(({ caller }) => caller === chosen.caller) ? [chosen] : []),
    ...found,
  ]
  const labelOf = ({ name, phone, caller }: CallerChoice): string =>
    [name, phone && readablePhone(phone)].filter(Boolean).join(' · ') || caller
  return (
    <Select
      label={t('simulator.caller')}
      placeholder={t('simulator.callerHint')}
      nothingFoundMessage={t('simulator.callerNone')}
      searchable
      clearable
      filter={({ options }) => options}
      data={all.map((choice) => ({ value: choice.caller, label: labelOf(choice) }))}
      value={given.caller ?? null}
      onSearchChange={(text) => setTyped(chosen && text === labelOf(chosen) ? '' : text)}
      onChange={(caller) => {
        setChosen(all.find((choice) => choice.caller === caller))
        change({ ...given, caller: caller ?? undefined })
      }}
    />
  )
}

function CallField({ given, change, isMissing }: WhoProps & { isMissing: boolean }) {
  const { t, i18n } = useTranslation()
  const nameOf = useCallerName()
  const [typed, setTyped] = useState(given.ref ?? '')
  const recent = useRecentCalls().data?.data ?? []
  const open = (ref: string) => {
    setTyped(ref)
    change({ ...given, ref: ref === '' ? undefined : ref })
  }
  const at = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <>
      <form
        className={styles.row}
        onSubmit={(event) => {
          event.preventDefault()
          open(typed.trim())
        }}
      >
        <TextInput
          label={t('simulator.call')}
          placeholder={t('simulator.callHint')}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          error={isMissing && t('simulator.callMissing')}
        />
        <Button type="submit" variant="default">
          {t('simulator.callOpen')}
        </Button>
      </form>
      {recent.length > 0 && (
        <Select
          label={t('simulator.recent')}
          data={recent
            .filter(({ outcome }) => outcome !== null)
            .map((call) => ({
              value: call.ref,
              label: t('simulator.callAt', {
                name: nameOf(call).name,
                at: at.format(new Date(call.initiated_at)),
              }),
            }))}
          value={recent.some(({ ref }) => ref === given.ref) ? (given.ref ?? null) : null}
          onChange={(ref) => ref !== null && open(ref)}
        />
      )}
    </>
  )
}

/** Whose call it is: a contact's, a past one, or anybody's. */
export function WhoForm(props: WhoProps & { isMissing: boolean }) {
  const { t } = useTranslation()
  const { given, change } = props
  return (
    <>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={t('simulator.who')}
        value={given.mode}
        onChange={(next) => {
          const mode = modes.find((one) => one === next)
          if (mode) change({ ...given, mode })
        }}
        data={modes.map((value) => ({ value, label: t(`simulator.mode.${value}`) }))}
      />
      {given.mode === 'contact' && <ContactField {...props} />}
      {given.mode === 'call' && <CallField {...props} />}
      {given.mode === 'anybody' && <p className="muted">{t('simulator.stranger')}</p>}
    </>
  )
}
