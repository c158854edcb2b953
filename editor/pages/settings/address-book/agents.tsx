import { Button, Group, Modal, Select, Stack, Switch, TagsInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Headset, Plus } from 'lucide-react'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Agent } from '../../../../server/schema/seeds.ts'
import { agentStatuses } from '../../../../server/schema/seeds.ts'
import { answer, client } from '../../../api/client.ts'
import { useMay } from '../../../api/session.ts'
import { Card } from '../../../parts/card.tsx'
import { Confirm } from '../../../parts/confirm.tsx'
import { Loaded } from '../../../parts/loaded.tsx'
import { EmptyState } from '../../../parts/states.tsx'
import type { Column } from '../../../parts/table.tsx'
import { Table, TwoLines } from '../../../parts/table.tsx'
import { Tag } from '../../../parts/tag.tsx'
import { useChange } from '../../../parts/use-change.ts'
import styles from '../settings.module.css'
import { Files } from './files.tsx'
import { UsedIn } from './used-in.tsx'

const renews = ['catalogue', 'agents'] as const
const emptyAgent: Agent = { id: '', teams: [], status: 'offline', callEnabled: true }

interface FormProps {
  readonly agent: Agent
  readonly teams: readonly string[]
  readonly onClose: () => void
}

function AgentForm({ agent, teams, onClose }: FormProps) {
  const { t } = useTranslation()
  const isNew = agent.id === ''
  const [draft, setDraft] = useState(agent)
  const [isDeleting, setDeleting] = useState(false)
  const save = useChange({
    run: () => {
      const { id, name, ...rest } = draft
      const json = { ...rest, ...(name ? { name } : {}) }
      return answer(client.api.settings.agents[':agent'].$put({ param: { agent: id }, json }))
    },
    renews,
    done: t('addressBook.saved'),
    onDone: onClose,
  })
  const remove = useChange({
    run: () => answer(client.api.settings.agents[':agent'].$delete({ param: { agent: agent.id } })),
    renews,
    onDone: onClose,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(undefined)
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={isNew ? t('addressBook.addAgent') : (agent.name ?? agent.id)}
    >
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('addressBook.agentId')}
            description={t('addressBook.agentIdHint')}
            required
            withAsterisk={false}
            disabled={!isNew}
            value={draft.id}
            onChange={({ currentTarget }) => setDraft({ ...draft, id: currentTarget.value })}
          />
          <TextInput
            label={t('addressBook.field.name')}
            value={draft.name ?? ''}
            onChange={({ currentTarget }) => setDraft({ ...draft, name: currentTarget.value })}
          />
          <TagsInput
            label={t('addressBook.teams')}
            description={t('addressBook.teamsHint')}
            data={[...teams]}
            value={[...draft.teams]}
            onChange={(next) => setDraft({ ...draft, teams: next })}
          />
          <Select
            label={t('addressBook.status')}
            data={agentStatuses.map((value) => ({
              value,
              label: t(`addressBook.statuses.${value}`),
            }))}
            value={draft.status}
            allowDeselect={false}
            onChange={(next) => {
              const status = agentStatuses.find((one) => one === next)
              if (status) setDraft({ ...draft, status })
            }}
          />
          <Switch
            label={t('addressBook.callEnabled')}
            checked={draft.callEnabled}
            onChange={({ currentTarget }) =>
              setDraft({ ...draft, callEnabled: currentTarget.checked })
            }
          />
          <Group justify="space-between">
            {isNew ? (
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
        title={t('addressBook.removeAgentTitle', { name: agent.name ?? agent.id })}
        text={t('addressBook.removeAgentText')}
        action={t('addressBook.remove')}
        isBusy={remove.isPending}
        onConfirm={() => remove.mutate(undefined)}
        onClose={() => setDeleting(false)}
      />
    </Modal>
  )
}

function useColumns(): readonly Column<Agent>[] {
  const { t } = useTranslation()
  const tones = { available: 'accept', busy: 'warn', dnd: 'warn', offline: 'outline' } as const
  return [
    {
      key: 'name',
      head: t('addressBook.field.name'),
      cell: ({ id, name }) => (
        <TwoLines first={name ?? id} second={<span className="mono">{id}</span>} />
      ),
    },
    { key: 'teams', head: t('addressBook.teams'), cell: ({ teams }) => teams.join(', ') || '–' },
    {
      key: 'status',
      head: t('addressBook.status'),
      cell: ({ status, callEnabled }) => (
        <>
          <Tag tone={tones[status]}>{t(`addressBook.statuses.${status}`)}</Tag>{' '}
          {!callEnabled && <Tag tone="outline">{t('addressBook.noCalls')}</Tag>}
        </>
      ),
    },
    {
      key: 'used',
      head: t('addressBook.usedIn'),
      cell: ({ id }) => <UsedIn kind="agent" name={id} />,
    },
  ]
}

/** Who answers calls, in which teams, and which policies ring them. */
export function Agents() {
  const { t } = useTranslation()
  const mayChange = useMay('putAgent')
  const [open, setOpen] = useState<Agent>()
  const columns = useColumns()
  const catalogue = useQuery({
    queryKey: ['catalogue'],
    queryFn: () => answer(client.api.catalogue.$get()),
  })
  return (
    <>
      <div className={styles.lead}>
        {t('addressBook.agentsLead')}
        <div className={styles.row}>
          <Files kind="agents" />
          {mayChange && (
            <Button
              leftSection={<Plus size={15} aria-hidden />}
              onClick={() => setOpen(emptyAgent)}
            >
              {t('addressBook.addAgent')}
            </Button>
          )}
        </div>
      </div>
      <Loaded query={catalogue}>
        {({ installation, teams }) => (
          <>
            <Card isFilled>
              {installation.agents.length === 0 ? (
                <EmptyState icon={Headset} title={t('addressBook.noAgents')}>
                  {t('addressBook.noAgentsText')}
                </EmptyState>
              ) : (
                <Table
                  label={t('settings.agents')}
                  columns={columns}
                  rows={installation.agents}
                  keyOf={({ id }) => id}
                  {...(mayChange ? { onOpen: setOpen } : {})}
                />
              )}
            </Card>
            {teams.length > 0 && (
              <Card title={t('addressBook.teams')}>
                <dl className={styles.pairs}>
                  {teams.map((team) => (
                    <div key={team} style={{ display: 'contents' }}>
                      <dt>{team}</dt>
                      <dd>
                        <UsedIn kind="team" name={team} />
                      </dd>
                    </div>
                  ))}
                </dl>
              </Card>
            )}
            {open && <AgentForm agent={open} teams={teams} onClose={() => setOpen(undefined)} />}
          </>
        )}
      </Loaded>
    </>
  )
}
