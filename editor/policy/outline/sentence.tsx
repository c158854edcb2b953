import { Popover } from '@mantine/core'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import type { Part } from '../../../server/policy/say/words.ts'
import type { Stop } from './cursor.ts'
import { placeAttribute } from './cursor.ts'
import styles from './outline.module.css'
import { WordEditor } from './word-editor.tsx'

interface StopProps {
  readonly stop: Stop
  readonly cursor: { readonly key: string; readonly word: number }
  readonly isEditable: boolean
  /** The step whose word it is. */
  readonly id: string
  readonly isOpen: boolean
  readonly press: (stop: Stop) => void
  readonly close: () => void
}

/** Enter in a plain field ends the editing; where it chooses from a list it does only that. */
const endsEditing = ({ key, target }: { key: string; target: EventTarget }): boolean =>
  key === 'Enter' &&
  target instanceof HTMLInputElement &&
  !target.hasAttribute('aria-haspopup') &&
  target.type !== 'checkbox'

/** A word that can be edited, or a step that can be gone to. */
function StopWord({ stop, cursor, isEditable, id, isOpen, press, close }: StopProps) {
  const { t } = useTranslation()
  if (stop.type === 'word' && !isEditable)
    return (
      <strong className={styles.word} data-outcome={stop.outcome}>
        {stop.text}
      </strong>
    )
  const button = (
    // no <button>: a word breaks across lines like the words around it
    <span
      role="button"
      tabIndex={-1}
      className={stop.type === 'word' ? styles.word : styles.chip}
      data-outcome={stop.outcome}
      title={
        stop.type === 'word'
          ? t('outline.editing', { word: stop.text })
          : t('outline.reference', { name: stop.text })
      }
      onClick={() => press(stop)}
      {...placeAttribute(cursor)}
    >
      {stop.text}
    </span>
  )
  if (!isOpen || stop.type !== 'word') return button
  return (
    <Popover opened trapFocus position="bottom-start" width={340} onDismiss={close}>
      <Popover.Target>{button}</Popover.Target>
      <Popover.Dropdown
        aria-label={t('outline.editing', { word: stop.text })}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' && !endsEditing(event)) return
          event.preventDefault()
          event.stopPropagation()
          close()
        }}
      >
        <WordEditor id={id} field={stop.field} />
      </Popover.Dropdown>
    </Popover>
  )
}

interface SentenceProps extends Omit<StopProps, 'stop' | 'cursor' | 'isOpen'> {
  readonly parts: readonly Part[]
  readonly lineKey: string
  /** Words of the line before these parts. */
  readonly first: number
  /** The word whose control is open. */
  readonly open: number | undefined
}

/** A sentence with its words and steps as buttons. */
export function Sentence({ parts, lineKey, first, open, ...rest }: SentenceProps) {
  const isStop = (part: Part): part is Stop => part.type === 'word' || part.type === 'step'
  return parts.map((part, index) => {
    if (part.type === 'verb')
      return (
        <strong key={index} className={styles.verb} data-outcome={part.outcome}>
          {part.text}
        </strong>
      )
    if (!isStop(part)) return <Fragment key={index}>{part.text}</Fragment>
    const word = first + parts.slice(0, index).filter(isStop).length
    return (
      <StopWord
        key={index}
        stop={part}
        cursor={{ key: lineKey, word }}
        isOpen={open === word}
        {...rest}
      />
    )
  })
}
