import { LifeBuoy } from 'lucide-react'
import type { OutlineLine } from '../../../server/policy/outline/outline.ts'
import type { Part } from '../../../server/policy/say/words.ts'
import { plain } from '../../../server/policy/say/words.ts'
import { fallbackKey, placeAttribute } from './cursor.ts'
import styles from './outline.module.css'

/** Stands for the fallback among the lines, for the arrows. */
export const fallbackLine: OutlineLine = {
  key: fallbackKey,
  type: 'nowhere',
  id: '',
  number: '',
  depth: 0,
  from: undefined,
  side: undefined,
  tails: [],
  isApart: false,
  parts: [],
}

/** What happens when time runs out: a line of its own, whose form is that of the policy. */
export function FallbackLine(props: {
  parts: readonly Part[]
  isCurrent: boolean
  choose: () => void
  open: () => void
}) {
  return (
    <div
      role="treeitem"
      aria-level={1}
      aria-selected={props.isCurrent}
      tabIndex={props.isCurrent ? 0 : -1}
      className={styles.line}
      onFocus={props.choose}
      onClick={props.open}
      {...placeAttribute({ key: fallbackKey, word: -1 })}
    >
      <span className={styles.number} />
      <span className={styles.tile}>
        <LifeBuoy size={16} aria-hidden />
      </span>
      <span className={styles.sentence}>{plain(props.parts)}</span>
    </div>
  )
}
