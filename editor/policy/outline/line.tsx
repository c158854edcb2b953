import { Popover } from '@mantine/core'
import { CircleHelp, CornerDownRight, OctagonAlert, TriangleAlert } from 'lucide-react'
import type { CSSProperties } from 'react'
import { createElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { OutlineLine } from '../../../server/policy/outline/outline.ts'
import type { Problem } from '../../../server/schema/problem.ts'
import { iconOf } from '../kinds/kinds.ts'
import type { Cursor, Stop } from './cursor.ts'
import { ownerOf, placeAttribute, stopsOf } from './cursor.ts'
import styles from './outline.module.css'
import { Sentence } from './sentence.tsx'
import { WordEditor } from './word-editor.tsx'

/** Deeper lines stand no further in, or a deep policy would leave no room for its words. */
const deepest = 10

interface LineProps {
  readonly line: OutlineLine
  readonly problems: readonly Problem[]
  readonly isCurrent: boolean
  readonly isEditable: boolean
  /** The word whose control is open, -1 for that of the whole step. */
  readonly open: number | undefined
  readonly choose: (cursor: Cursor) => void
  readonly press: (line: OutlineLine, stop: Stop) => void
  readonly close: () => void
}

function LineIcon({ line }: { line: OutlineLine }) {
  const { node } = line
  if (!node) return <CornerDownRight size={16} aria-hidden />
  return createElement(iconOf(node), { size: 16, 'aria-hidden': true })
}

function LineProblems({ problems }: Pick<LineProps, 'problems'>) {
  const { t } = useTranslation()
  return problems.map(({ severity, message, path, hint }, index) => {
    const Icon = severity === 'error' ? OctagonAlert : TriangleAlert
    return (
      <div
        key={`${index} ${path.join('.')}`}
        className={styles.problem}
        data-severity={severity}
        title={hint}
      >
        <Icon size={13} aria-label={t(`editor.severity.${severity}`)} />
        {message}
      </div>
    )
  })
}

/** One line: number, icon, sentence, what becomes of unknown answers, and what is wrong with the step. */
export function Line(props: LineProps) {
  const { line, problems, isCurrent, isEditable, open, choose, press, close } = props
  const { t } = useTranslation()
  const { key, depth, number, parts, unknown, node } = line
  const id = ownerOf(line)
  const words = {
    lineKey: key,
    id,
    open: open === -1 ? undefined : open,
    isEditable,
    press: (stop: Stop) => press(line, stop),
    close,
  }
  const tile = (
    <span
      className={styles.tile}
      data-kind={node?.kind}
      data-shape={node && 'next' in node ? 'effect' : undefined}
    >
      <LineIcon line={line} />
    </span>
  )
  const inner = stopsOf({ ...line, unknown: [] }).length
  return (
    <div
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={isCurrent}
      tabIndex={isCurrent ? 0 : -1}
      className={styles.line}
      style={{ '--depth': Math.min(depth, deepest) } as CSSProperties}
      data-depth={depth === 0 ? undefined : depth}
      data-step={line.type === 'step' ? id : undefined}
      onFocus={({ target, currentTarget }) => target === currentTarget && choose({ key, word: -1 })}
      onMouseDown={() => choose({ key, word: -1 })}
      {...placeAttribute({ key, word: -1 })}
    >
      <span className={styles.number}>
        {number !== '' && <span className="unseen">{t('outline.step', { number })}. </span>}
        <span aria-hidden>{depth === 0 ? number : ''}</span>
      </span>
      {open === -1 ? (
        <Popover opened trapFocus position="bottom-start" width={340} onDismiss={close}>
          <Popover.Target>{tile}</Popover.Target>
          <Popover.Dropdown
            aria-label={t('outline.whole')}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return
              event.stopPropagation()
              close()
            }}
          >
            <WordEditor id={id} field={[]} />
          </Popover.Dropdown>
        </Popover>
      ) : (
        tile
      )}
      <span className={styles.sentence}>
        <Sentence parts={parts} first={0} {...words} />
      </span>
      {unknown && (
        <span className={styles.unknown}>
          <CircleHelp size={14} aria-hidden />
          <span>
            <Sentence parts={unknown} first={inner} {...words} />
          </span>
        </span>
      )}
      <LineProblems problems={problems} />
    </div>
  )
}
