import { ActionIcon, Button, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Attributes, Declaration } from '../../../../server/schema/seeds.ts'
import { declaredTypes, privacyClasses } from '../../../../server/schema/seeds.ts'
import { answer, client } from '../../../api/client.ts'
import { useMay } from '../../../api/session.ts'
import { Card } from '../../../parts/card.tsx'
import { Loaded } from '../../../parts/loaded.tsx'
import { useChange } from '../../../parts/use-change.ts'
import styles from '../settings.module.css'
import { UsedIn } from './used-in.tsx'

/** A default as it is typed; undefined for none. */
function readDefault(text: string, type: Declaration['type']): Declaration['default'] {
  if (text.trim() === '') return undefined
  if (type === 'number') return Number.isFinite(Number(text)) ? Number(text) : undefined
  if (type === 'boolean') return text === 'true'
  if (type === 'list') return text.split(',').map((one) => one.trim())
  return text
}

interface RowProps {
  readonly value: Declaration
  readonly isDisabled: boolean
  readonly change: (value: Declaration | undefined) => void
}

function DeclarationRow({ value, isDisabled, change }: RowProps) {
  const { t } = useTranslation()
  const { default: usual, ...rest } = value
  const setDefault = (text: string) => {
    const next = readDefault(text, value.type)
    change(next === undefined ? rest : { ...rest, default: next })
  }
  return (
    <div className={styles.declaration}>
      <TextInput
        aria-label={t('addressBook.attribute.name')}
        value={value.name}
        required
        pattern="[A-Za-z0-9_\-]+"
        disabled={isDisabled}
        onChange={({ currentTarget }) => change({ ...value, name: currentTarget.value })}
      />
      <Select
        aria-label={t('addressBook.attribute.type')}
        data={declaredTypes.map((type) => ({ value: type, label: t(`addressBook.type.${type}`) }))}
        value={value.type}
        allowDeselect={false}
        disabled={isDisabled}
        onChange={(next) => {
          const type = declaredTypes.find((one) => one === next)
          if (type) change({ ...rest, type })
        }}
      />
      <TextInput
        aria-label={t('addressBook.attribute.default')}
        placeholder={t('addressBook.attribute.none')}
        value={usual === undefined ? '' : String(usual)}
        disabled={isDisabled}
        onChange={({ currentTarget }) => setDefault(currentTarget.value)}
      />
      <Select
        aria-label={t('addressBook.attribute.privacy')}
        data={privacyClasses.map((one) => ({ value: one, label: t(`addressBook.privacy.${one}`) }))}
        value={value.privacy}
        allowDeselect={false}
        disabled={isDisabled}
        onChange={(next) => {
          const privacy = privacyClasses.find((one) => one === next)
          if (privacy) change({ ...value, privacy })
        }}
      />
      <UsedIn kind="attribute" name={value.name} />
      {!isDisabled && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={32}
          aria-label={t('addressBook.attribute.remove', { name: value.name })}
          onClick={() => change(undefined)}
        >
          <X size={15} aria-hidden />
        </ActionIcon>
      )}
    </div>
  )
}

function AttributesForm({ first }: { first: Attributes }) {
  const { t } = useTranslation()
  const mayChange = useMay('putAttributes')
  const [attributes, setAttributes] = useState(first.attributes)
  const save = useChange({
    run: () => answer(client.api.settings.attributes.$put({ json: { ...first, attributes } })),
    renews: ['attributes', 'catalogue'],
    done: t('addressBook.saved'),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(undefined)
  }
  const put = (at: number, value: Declaration | undefined) =>
    setAttributes(
      attributes.flatMap((one, index) => (index === at ? (value ? [value] : []) : [one])),
    )
  return (
    <form onSubmit={submit} style={{ display: 'grid', gap: 10 }}>
      <div className={styles.declaration} aria-hidden>
        {(['name', 'type', 'default', 'privacy', 'used'] as const).map((head) => (
          <span key={head} className="muted">
            {t(`addressBook.attribute.${head}`)}
          </span>
        ))}
      </div>
      {attributes.map((one, at) => (
        <DeclarationRow
          key={at}
          value={one}
          isDisabled={!mayChange}
          change={(value) => put(at, value)}
        />
      ))}
      {mayChange && (
        <div className={styles.row}>
          <Button
            variant="default"
            leftSection={<Plus size={15} aria-hidden />}
            onClick={() =>
              setAttributes([...attributes, { name: '', type: 'string', privacy: 'personal' }])
            }
          >
            {t('addressBook.attribute.add')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t('common.save')}
          </Button>
        </div>
      )}
    </form>
  )
}

/** What is known of a contact besides the usual: declared once, so that policies can ask it safely. */
export function AttributesPage() {
  const { t } = useTranslation()
  const attributes = useQuery({
    queryKey: ['attributes'],
    queryFn: () => answer(client.api.settings.attributes.$get()),
  })
  return (
    <>
      <div className={styles.lead}>{t('addressBook.attributesLead')}</div>
      <Card>
        <Loaded query={attributes}>
          {(data) => <AttributesForm key={JSON.stringify(data)} first={data} />}
        </Loaded>
      </Card>
    </>
  )
}
