import { PhoneForwarded } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { ChoiceField, NumberField } from './fields.tsx'
import { WhoField } from './who-field.tsx'
import type { Kind } from './kind.ts'

export const acceptKind: Kind<'accept'> = {
  kind: 'accept',
  icon: PhoneForwarded,
  blank: ({ teams }) => ({
    kind: 'accept',
    target: { team: teams[0] ?? 'support' },
    strategy: 'round_robin',
    ringSeconds: 20,
  }),
  summary: ({ target, ringSeconds }, t) => {
    const who =
      'team' in target
        ? t('editor.sum.team', { name: target.team })
        : 'agent' in target
          ? t('editor.sum.agent', { name: target.agent })
          : 'queue' in target
            ? t('editor.sum.queue', { name: target.queue })
            : t('editor.sum.owner')
    return ringSeconds === undefined ? who : t('editor.sum.ring', { who, seconds: ringSeconds })
  },
  Form: ({ node, change, catalogue }) => {
    const { t } = useTranslation()
    return (
      <>
        <WhoField
          value={node.target}
          catalogue={catalogue}
          whos={['team', 'agent', 'owner', 'queue']}
          change={(target, field) => change({ ...node, target }, field)}
        />
        <ChoiceField
          field="strategy"
          value={node.strategy ?? 'ring_all'}
          choices={(['round_robin', 'ring_all', 'least_recent', 'priority'] as const).map(
            (value) => ({ value, label: t(`editor.strategy.${value}`) }),
          )}
          change={(strategy) => change({ ...node, strategy })}
        />
        <NumberField
          field="ringSeconds"
          value={node.ringSeconds}
          min={1}
          max={26}
          change={(ringSeconds, field) => change({ ...node, ringSeconds }, field)}
        />
      </>
    )
  },
}
