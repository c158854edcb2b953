import { Minus, PencilLine, Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { PolicyDiff } from '../../../server/policy/diff.ts'
import type { Policy } from '../../../server/schema/policy.ts'
import { summaryOf, titleOf } from '../kinds/kinds.ts'
import styles from './editor.module.css'

const icons = { added: Plus, changed: PencilLine, removed: Minus } as const
const shown = (value: unknown): string =>
  value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value)

interface DifferenceProps {
  readonly before: Policy | undefined
  readonly after: Policy
  readonly diff: PolicyDiff
}

/** What differs, in words. */
export function Difference({ before, after, diff }: DifferenceProps) {
  const { t } = useTranslation()
  if (diff.nodes.length === 0 && diff.settings.length === 0)
    return <p className="muted">{t('editor.noChange')}</p>
  return (
    <ul className={styles.changes}>
      {diff.nodes.map(({ id, change, fields }) => {
        const node = after.nodes[id] ?? before?.nodes[id]
        const Icon = icons[change]
        if (!node) return undefined
        return (
          <li key={id}>
            <Icon size={14} aria-hidden /> <strong>{titleOf(node, t)}</strong>{' '}
            {t(`editor.${change}`)}
            {change !== 'changed' && <small>{summaryOf(node, t)}</small>}
            {fields.map(({ path, before: was, after: is }) => (
              <small
                key={path.join('.')}
              >{`${path.join(' · ')}: ${shown(was)} → ${shown(is)}`}</small>
            ))}
          </li>
        )
      })}
      {diff.settings.length > 0 && (
        <li>
          <PencilLine size={14} aria-hidden /> <strong>{t('editor.settings')}</strong>
          {diff.settings.map(({ path, before: was, after: is }) => (
            <small
              key={path.join('.')}
            >{`${path.join(' · ')}: ${shown(was)} → ${shown(is)}`}</small>
          ))}
        </li>
      )}
    </ul>
  )
}
