import { Button, Group, Menu, Modal, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { BookmarkPlus, Link2 } from 'lucide-react'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { useChange } from '../../parts/use-change.ts'
import type { LeadSearch } from './lead-search.ts'
import { isView, queryOf, viewNames, views } from './lead-search.ts'
import styles from './leads.module.css'

interface ViewsProps {
  readonly search: LeadSearch
  readonly onView: (search: LeadSearch) => void
}

function SaveView({ search, onClose }: { search: LeadSearch; onClose: () => void }) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const save = useChange({
    run: () => {
      const { page: _page, ...query } = queryOf(search)
      const kept = { ...query, ...(search.min_score && { min_score: search.min_score }) }
      return answer(
        // the server reads it by the schema the search was read by
        client.api.reports['lead-views'].$post({
          json: { name: name.trim(), search: kept as LeadSearch },
        }),
      )
    },
    renews: ['lead-views'],
    done: t('leads.view.saved'),
    onDone: onClose,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(undefined)
  }
  return (
    <Modal opened onClose={onClose} title={t('leads.view.saveTitle')}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('leads.view.name')}
            description={t('leads.view.nameHint')}
            value={name}
            maxLength={60}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={name.trim() === ''}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function useSavedViews() {
  const { t } = useTranslation()
  const saved = useQuery({
    queryKey: ['lead-views'],
    queryFn: async () => (await answer(client.api.reports['lead-views'].$get())).data,
    enabled: useMay('listLeadViews'),
  })
  const forget = useChange({
    run: (id: string) => answer(client.api.reports['lead-views'][':id'].$delete({ param: { id } })),
    renews: ['lead-views'],
    done: t('leads.view.forgotten'),
  })
  return { saved: saved.data ?? [], forget }
}

/** The address holds the filters, so it is what is shared. */
async function copyLink(done: string): Promise<void> {
  await navigator.clipboard.writeText(location.href)
  notifications.show({ message: done })
}

/** Views everybody has, and one's own; a view is a set of filters. */
export function LeadViews({ search, onView }: ViewsProps) {
  const { t } = useTranslation()
  const { saved, forget } = useSavedViews()
  const maySave = useMay('saveLeadView')
  const [isSaving, setSaving] = useState(false)
  const current = saved.find((view) => isView(search, view.search))
  return (
    <>
      <div role="group" aria-label={t('leads.view.label')}>
        {viewNames.map((name) => (
          <button
            key={name}
            type="button"
            className={styles.viewButton}
            aria-pressed={isView(search, views[name])}
            onClick={() => onView(name === 'hot' ? {} : views[name])}
          >
            {t(`leads.view.${name}`)}
          </button>
        ))}
        {saved.map((view) => (
          <button
            key={view.id}
            type="button"
            className={`${styles.viewButton} given`}
            aria-pressed={current?.id === view.id}
            onClick={() => onView(view.search)}
          >
            {view.name}
          </button>
        ))}
      </div>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button
            variant="subtle"
            size="compact-md"
            leftSection={<BookmarkPlus size={15} aria-hidden />}
          >
            {t('leads.view.label')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {maySave && !current && (
            <Menu.Item onClick={() => setSaving(true)}>{t('leads.view.save')}</Menu.Item>
          )}
          {maySave && current && (
            <Menu.Item onClick={() => forget.mutate(current.id)}>
              {t('leads.view.forget', { name: current.name })}
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<Link2 size={15} aria-hidden />}
            onClick={() => void copyLink(t('leads.view.linkCopied'))}
          >
            {t('leads.view.link')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isSaving && <SaveView search={search} onClose={() => setSaving(false)} />}
    </>
  )
}
