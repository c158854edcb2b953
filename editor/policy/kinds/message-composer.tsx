import { SegmentedControl, Select, Switch, TextInput } from '@mantine/core'
import { ExternalLink, Phone } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { parseTemplate } from '../../../server/policy/variables.ts'
import type { Catalogue } from '../../../server/schema/catalogue.ts'
import type { Message } from '../../../server/schema/message.ts'
import { messageLimits } from '../../../server/schema/message.ts'
import styles from '../parts/editor.module.css'
import { ListField, NumberField, TextField } from './fields.tsx'
import { TemplateField } from './template-field.tsx'
import { useExample } from './use-example.ts'

interface ComposerProps {
  readonly message: Message
  readonly catalogue: Catalogue
  readonly change: (message: Message, field?: string) => void
}
type Button = 'none' | 'url' | 'replies' | 'call'

const ttl = messageLimits.callTtlMinutes

const buttonOf = ({ url, replies, call }: Message): Button =>
  url ? 'url' : replies ? 'replies' : call ? 'call' : 'none'

interface BubbleProps {
  readonly text: string
  readonly language: string
  readonly message: Message
  readonly catalogue: Catalogue
}

/** The message as a caller's phone shows it; a value that nobody gives stands as its name. */
function Bubble({ text, language, message, catalogue }: BubbleProps) {
  const { t } = useTranslation()
  const { people, chosen, choose, fill } = useExample(catalogue)
  const nameOf = (path: string) => catalogue.facts.find(({ name }) => name === path)?.label ?? path
  const labels = message.url
    ? [message.url.label]
    : message.call
      ? [message.call.label]
      : (message.replies ?? [])
  const Icon = message.call ? Phone : ExternalLink
  return (
    <>
      {people.length > 0 && (
        <Select
          label={t('editor.field.example')}
          size="xs"
          value={chosen}
          allowDeselect={false}
          data={[...people, { value: '', label: t('editor.exampleNobody') }]}
          onChange={(next) => next !== null && choose(next)}
        />
      )}
      <figure className={styles.phone} aria-label={t('editor.caller')}>
        <div className={styles.bubble}>
          <p>
            {parseTemplate(text).parts.map((part, index) =>
              typeof part === 'string' ? (
                part
              ) : (
                <em key={index} title={nameOf(part.path)}>
                  {fill?.(part.raw, language) || nameOf(part.path)}
                </em>
              ),
            )}
          </p>
          {labels.map((label, index) => (
            <div key={index} className={styles.bubbleButton}>
              {!message.replies && <Icon size={14} aria-hidden />}
              {fill?.(label, language) || label}
            </div>
          ))}
        </div>
      </figure>
    </>
  )
}

function ButtonFields({ message, change }: Omit<ComposerProps, 'catalogue'>) {
  const { url, call, replies } = message
  if (url)
    return (
      <>
        <TextField
          field="buttonLabel"
          value={url.label}
          change={(label, field) => change({ ...message, url: { ...url, label } }, field)}
        />
        <TextField
          field="href"
          value={url.href}
          change={(href, field) => change({ ...message, url: { ...url, href } }, field)}
        />
      </>
    )
  if (call)
    return (
      <>
        <TextField
          field="buttonLabel"
          value={call.label}
          change={(label, field) => change({ ...message, call: { ...call, label } }, field)}
        />
        <NumberField
          field="ttlMinutes"
          value={call.ttlMinutes ?? ttl.usual}
          min={ttl.least}
          max={ttl.most}
          change={(ttlMinutes, field) =>
            change({ ...message, call: { ...call, ttlMinutes } }, field)
          }
        />
      </>
    )
  if (!replies) return undefined
  return (
    <ListField
      field="replies"
      value={replies}
      change={(next) => change({ ...message, replies: next.slice(0, messageLimits.replies) })}
    />
  )
}

/** What is sent instead where WhatsApp takes no free text: more than a day after the caller last wrote. */
function TemplateFields({ message, change }: Omit<ComposerProps, 'catalogue'>) {
  const { t } = useTranslation()
  const { template, ...rest } = message
  const set = (next: Partial<NonNullable<Message['template']>>, field: string) =>
    template && change({ ...message, template: { ...template, ...next } }, field)
  const params = template?.params ?? []
  return (
    <>
      <Switch
        label={t('editor.field.template')}
        checked={template !== undefined}
        onChange={({ currentTarget }) =>
          change(
            currentTarget.checked
              ? { ...message, template: { name: 'missed_call', language: 'en' } }
              : rest,
          )
        }
      />
      {template && (
        <>
          <TextField
            field="templateName"
            value={template.name}
            change={(name, field) => set({ name }, field)}
          />
          <TextField
            field="templateLanguage"
            value={template.language}
            change={(language, field) => set({ language }, field)}
          />
          {Array.isArray(params) ? (
            <ListField
              field="templateParams"
              value={params}
              change={(next) => set({ params: next }, 'templateParams')}
            />
          ) : (
            Object.entries(params).map(([name, value]) => (
              <TextInput
                key={name}
                label={t('editor.templateValue', { name })}
                value={value}
                onChange={({ currentTarget }) =>
                  set({ params: { ...params, [name]: currentTarget.value } }, `template ${name}`)
                }
              />
            ))
          )}
        </>
      )}
    </>
  )
}

/** A follow-up message: a text per language, one kind of button, and how it looks. */
export function MessageComposer({ message, catalogue, change }: ComposerProps) {
  const { t } = useTranslation()
  const [language, setLanguage] = useState('')
  const locales = message.locales ?? {}
  const text = language === '' ? message.text : (locales[language] ?? '')
  const kind = buttonOf(message)
  const most = kind === 'none' ? messageLimits.text : messageLimits.bodyWithButton
  const setKind = (next: string) => {
    const { url: _url, replies: _replies, call: _call, ...rest } = message
    if (next === 'url') change({ ...rest, url: { label: 'Book a callback', href: 'https://' } })
    else if (next === 'replies') change({ ...rest, replies: ['Call me back'] })
    else if (next === 'call') change({ ...rest, call: { label: 'Call us' } })
    else change(rest)
  }
  return (
    <>
      <div className={styles.languages}>
        <SegmentedControl
          size="xs"
          aria-label={t('editor.field.message')}
          value={language}
          onChange={setLanguage}
          data={['', ...Object.keys(locales)].map((one) => ({
            value: one,
            label: one === '' ? t('common.all') : one.toUpperCase(),
          }))}
        />
        <TextInput
          size="xs"
          w={110}
          aria-label={t('editor.field.language')}
          placeholder={t('editor.field.language')}
          onKeyDown={(event) => {
            const added = event.currentTarget.value.trim().toLowerCase()
            if (event.key !== 'Enter' || !/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/.test(added)) return
            change({ ...message, locales: { ...locales, [added]: locales[added] ?? message.text } })
            setLanguage(added)
            event.currentTarget.value = ''
          }}
        />
      </div>
      <TemplateField
        field="message"
        value={text}
        most={most}
        catalogue={catalogue}
        change={(next, field) =>
          change(
            language === ''
              ? { ...message, text: next }
              : { ...message, locales: { ...locales, [language]: next } },
            `${field} ${language}`,
          )
        }
      />
      <div>
        <span className={styles.fieldName}>{t('editor.field.button')}</span>
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={t('editor.field.button')}
          value={kind}
          onChange={setKind}
          data={(['none', 'url', 'replies', 'call'] as const).map((value) => ({
            value,
            label: t(`editor.button.${value}`),
          }))}
        />
      </div>
      <ButtonFields message={message} change={change} />
      <Switch
        label={t('editor.field.important')}
        checked={message.important === true}
        onChange={({ currentTarget }) => {
          const { important: _, ...rest } = message
          change(currentTarget.checked ? { ...rest, important: true } : rest)
        }}
      />
      <TemplateFields message={message} change={change} />
      <Bubble text={text} language={language} message={message} catalogue={catalogue} />
    </>
  )
}
