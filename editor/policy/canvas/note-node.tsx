import type { Node, NodeProps } from '@xyflow/react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './canvas.module.css'

export interface NoteData extends Record<string, unknown> {
  readonly text: string
  readonly write?: ((id: string, text: string) => void) | undefined
}
export type NoteNodeType = Node<NoteData, 'note'>

/** A note for the people who draw; no call depends on it. */
export const NoteNode = memo(({ id, data, selected }: NodeProps<NoteNodeType>) => {
  const { t } = useTranslation()
  return (
    <div className={styles.note} data-selected={selected || undefined}>
      <textarea
        className="nodrag"
        aria-label={t('editor.noteText')}
        value={data.text}
        readOnly={!data.write}
        onChange={({ currentTarget }) => data.write?.(id, currentTarget.value)}
      />
    </div>
  )
})
NoteNode.displayName = 'NoteNode'
