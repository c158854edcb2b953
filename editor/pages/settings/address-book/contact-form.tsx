import {
  Autocomplete,
  Button,
  Group,
  Modal,
  NumberInput,
  Select,
  Stack,
  Switch,
  TagsInput,
  TextInput,
} from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Catalogue } from '../../../../server/schema/catalogue.ts'
import type { ContactView } from '../../../../server/schema/address-book.ts'
import type { Contact, Declaration } from '../../../../server/schema/seeds.ts'
import { answer, client } from '../../../api/client.ts'
import { Confirm } from '../../../parts/confirm.tsx'
import { useChange } from '../../../parts/use-change.ts'

type Draft = Omit<ContactView, 'id' | 'updatedAt'>

export const emptyContact: Draft = {
  phone: null,
  userId: null,
  name: null,
  priority: 0,
  tier: 'none',
  tags: [],
  owner: '',
  language: '',
  country: '',
  slaCalendar: '',
  optedOut: false,
  attributes: {},
}

/** Without what is empty, and what the server keeps itself: the schema takes what is left out as its default. */
function contactOf(draft: Draft): Contact {
  const { phone, userId, name, owner, language, country, slaCalendar } = draft
  const { priority, tier, tags, optedOut, attributes } = draft
  const rest = { priority, tier, tags, optedOut, attributes }
  const texts = { phone, userId, name, owner, language, country, slaCalendar }
  const given = Object.entries(texts).filter(([, text]) => text !== null && text.trim() !== '')
  return { ...rest, ...Object.fromEntries(given) }
}

type Value = Draft['attributes'][string]

function AttributeField({
  declaration,
  value,
  change,
}: {
  declaration: Declaration
  value: Value | undefined
  change: (value: Value | undefined) => void
}) {
  const { name: label, description, type } = declaration
  const common = { label, ...(description === undefined ? {} : { description }) }
  if (type === 'boolean')
    return (
      <Switch
        {...common}
        checked={value === true}
        onChange={({ currentTarget }) => change(currentTarget.checked)}
      />
    )
  if (type === 'number')
    return (
      <NumberInput
        {...common}
        value={typeof value === 'number' ? value : ''}
        onChange={(next) => change(typeof next === 'number' ? next : undefined)}
      />
    )
  if (type === 'list')
    return (
      <TagsInput
        {...common}
        value={Array.isArray(value) ? [...value] : []}
        onChange={(next) => change(next)}
      />
    )
  return (
    <TextInput
      {...common}
      value={typeof value === 'string' ? value : ''}
      onChange={({ currentTarget }) => change(currentTarget.value || undefined)}
    />
  )
}

interface FormProps {
  readonly contact: Draft & { readonly id?: number }
  readonly onClose: () => void
}

/** A contact: who it is, what policies ask of it, and what is declared of contacts here. */
export function ContactForm({ contact, onClose }: FormProps) {
  const { t } = useTranslation()
  const { id } = contact
  const [draft, setDraft] = useState<Draft>(contact)
  const [isDeleting, setDeleting] = useState(false)
  const { data: catalogue } = useQuery<Catalogue>({
    queryKey: ['catalogue'],
    queryFn: () => answer(client.api.catalogue.$get()),
  })
  const save = useChange({
    run: () => {
      const json = contactOf(draft)
      return id === undefined
        ? answer(client.api.settings.contacts.$post({ json }))
        : answer(
            client.api.settings.contacts[':contact'].$put({ param: { contact: String(id) }, json }),
          )
    },
    renews: ['contacts'],
    done: t('addressBook.saved'),
    onDone: onClose,
  })
  const remove = useChange({
    run: () =>
      answer(
        client.api.settings.contacts[':contact'].$delete({ param: { contact: String(id ?? 0) } }),
      ),
    renews: ['contacts'],
    onDone: onClose,
  })
  const text = (field: 'phone' | 'userId' | 'name' | 'language' | 'country') => (
    <TextInput
      label={t(`addressBook.field.${field}`)}
      value={draft[field] ?? ''}
      onChange={({ currentTarget }) => setDraft({ ...draft, [field]: currentTarget.value })}
    />
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(undefined)
  }
  const agents = catalogue?.installation.agents ?? []
  const setAttribute = (name: string, value: Value | undefined) => {
    const { [name]: _, ...others } = draft.attributes
    setDraft({ ...draft, attributes: value === undefined ? others : { ...others, [name]: value } })
  }
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t(id === undefined ? 'addressBook.addContact' : 'addressBook.contact')}
    >
      <form onSubmit={submit}>
        <Stack>
          {text('name')}
          <Group grow align="flex-start">
            {text('phone')}
            {text('userId')}
          </Group>
          <Group grow align="flex-start">
            <NumberInput
              label={t('addressBook.field.priority')}
              min={0}
              max={100}
              value={draft.priority}
              onChange={(next) => setDraft({ ...draft, priority: Number(next) || 0 })}
            />
            <Autocomplete
              label={t('addressBook.field.tier')}
              data={['none', 'silver', 'gold', 'platinum']}
              value={draft.tier}
              onChange={(tier) => setDraft({ ...draft, tier })}
            />
          </Group>
          <TagsInput
            label={t('addressBook.field.tags')}
            value={[...draft.tags]}
            onChange={(tags) => setDraft({ ...draft, tags })}
          />
          <Group grow align="flex-start">
            <Select
              label={t('addressBook.field.owner')}
              clearable
              searchable
              data={agents.map((agent) => ({ value: agent.id, label: agent.name ?? agent.id }))}
              value={draft.owner || null}
              onChange={(owner) => setDraft({ ...draft, owner: owner ?? '' })}
            />
            <Select
              label={t('addressBook.field.slaCalendar')}
              clearable
              data={Object.keys(catalogue?.installation.calendars ?? {})}
              value={draft.slaCalendar || null}
              onChange={(slaCalendar) => setDraft({ ...draft, slaCalendar: slaCalendar ?? '' })}
            />
          </Group>
          <Group grow align="flex-start">
            {text('language')}
            {text('country')}
          </Group>
          <Switch
            label={t('addressBook.field.optedOut')}
            checked={draft.optedOut}
            onChange={({ currentTarget }) =>
              setDraft({ ...draft, optedOut: currentTarget.checked })
            }
          />
          {catalogue?.installation.declared.attributes.map((declaration) => (
            <AttributeField
              key={declaration.name}
              declaration={declaration}
              value={draft.attributes[declaration.name]}
              change={(value) => setAttribute(declaration.name, value)}
            />
          ))}
          <Group justify="space-between">
            {id === undefined ? (
              <span />
            ) : (
              <Button variant="default" onClick={() => setDeleting(true)}>
                {t('addressBook.remove')}
              </Button>
            )}
            <Button type="submit" loading={save.isPending}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
      <Confirm
        isOpen={isDeleting}
        title={t('addressBook.removeContactTitle')}
        text={t('addressBook.removeContactText')}
        action={t('addressBook.remove')}
        isBusy={remove.isPending}
        onConfirm={() => remove.mutate(undefined)}
        onClose={() => setDeleting(false)}
      />
    </Modal>
  )
}
