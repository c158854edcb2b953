import { useTranslation } from 'react-i18next'
import type { Catalogue } from '../../../server/schema/catalogue.ts'
import type { AcceptTarget } from '../../../server/schema/policy.ts'
import { ChoiceField, NameField } from './fields.tsx'

type Who = 'team' | 'agent' | 'owner' | 'queue'

interface WhoProps {
  readonly value: {
    readonly team?: string | undefined
    readonly agent?: string | undefined
    readonly queue?: string | undefined
    readonly owner?: true | undefined
  }
  readonly whos: readonly Who[]
  readonly catalogue: Catalogue
  readonly change: (target: AcceptTarget, field?: string) => void
}

/** A team, an agent, the caller's owner or a queue. */
export function WhoField({ value, whos, catalogue, change }: WhoProps) {
  const { t } = useTranslation()
  const { teams, installation } = catalogue
  const who = whos.find((one) => one !== 'owner' && value[one] !== undefined) ?? 'owner'
  const first = {
    team: { team: teams[0] ?? 'support' },
    agent: { agent: installation.agents[0]?.id ?? 'agent' },
    queue: { queue: 'standard' },
    owner: { owner: true },
  } as const
  return (
    <>
      <ChoiceField
        field="who"
        value={who}
        choices={whos.map((one) => ({ value: one, label: t(`editor.who.${one}`) }))}
        change={(next) => change(first[next])}
      />
      {who === 'team' && (
        <NameField
          field="team"
          value={value.team}
          names={teams}
          change={(team, field) => change({ team }, field)}
        />
      )}
      {who === 'agent' && (
        <NameField
          field="agent"
          value={value.agent}
          names={installation.agents.map(({ id }) => id)}
          change={(agent, field) => change({ agent }, field)}
        />
      )}
      {who === 'queue' && (
        <NameField
          field="queue"
          value={value.queue}
          names={[]}
          change={(queue, field) => change({ queue }, field)}
        />
      )}
    </>
  )
}
