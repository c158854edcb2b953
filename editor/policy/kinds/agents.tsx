import { Headset } from 'lucide-react'
import { WhoField } from './who-field.tsx'
import type { Kind } from './kind.ts'

export const agentsKind: Kind<'agents'> = {
  kind: 'agents',
  icon: Headset,
  blank: ({ teams }) => ({ kind: 'agents', team: teams[0] ?? 'support', exits: {} }),
  summary: ({ team, agent }, t) => {
    if (team !== undefined) return t('editor.sum.team', { name: team })
    return agent === undefined ? t('editor.sum.owner') : t('editor.sum.agent', { name: agent })
  },
  Form: ({ node, change, catalogue }) => {
    const { kind, exits, label, note } = node
    const rest = { kind, exits, ...(label ? { label } : {}), ...(note ? { note } : {}) }
    return (
      <WhoField
        value={node}
        catalogue={catalogue}
        whos={['team', 'agent', 'owner']}
        change={(who, field) => {
          if ('queue' in who) return
          change({ ...rest, ...who }, field)
        }}
      />
    )
  },
}
