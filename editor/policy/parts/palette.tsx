import { useTranslation } from 'react-i18next'
import type { NodeKind } from '../../../server/schema/policy.ts'
import { effectKinds, gateKinds, outcomeKinds } from '../../../server/schema/policy.ts'
import { kinds } from '../kinds/kinds.ts'
import styles from './editor.module.css'

export const dragType = 'application/x-callgate-kind'
export const allKinds: readonly NodeKind[] = [...gateKinds, ...effectKinds, ...outcomeKinds]

/** The kinds of steps: dragged onto the canvas, or added after the chosen step by a click or a key. */
export function Palette({ onAdd }: { onAdd: (kind: NodeKind) => void }) {
  const { t } = useTranslation()
  const groups = [
    { name: 'gates', kinds: gateKinds },
    { name: 'effects', kinds: effectKinds },
    { name: 'outcomes', kinds: outcomeKinds },
  ] as const
  return (
    <nav className={styles.palette} aria-label={t('editor.palette')}>
      {groups.map((group) => (
        <div key={group.name}>
          <h2>{t(`editor.${group.name}`)}</h2>
          {group.kinds.map((kind) => {
            const Icon = kinds[kind].icon
            return (
              <button
                key={kind}
                type="button"
                className={styles.paletteItem}
                data-kind={kind}
                draggable
                onDragStart={(event) => event.dataTransfer.setData(dragType, kind)}
                onClick={() => onAdd(kind)}
              >
                <Icon size={16} aria-hidden />
                {t(`editor.kind.${kind}`)}
              </button>
            )
          })}
        </div>
      ))}
    </nav>
  )
}
