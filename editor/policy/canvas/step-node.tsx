import type { Node, NodeProps } from '@xyflow/react'
import { Handle, Position } from '@xyflow/react'
import {
  CircleHelp,
  CircleX,
  Flag,
  Hourglass,
  MessageSquare,
  Minus,
  OctagonAlert,
  PencilLine,
  Plus,
  TriangleAlert,
} from 'lucide-react'
import { createElement, memo } from 'react'
import { useTranslation } from 'react-i18next'
import { isEffect, isOutcome } from '../../../server/schema/policy.ts'
import type { CanvasNode, Exit } from '../document/canvas.ts'
import { exitWord, iconOf, summaryOf, titleOf } from '../kinds/kinds.ts'
import styles from './canvas.module.css'

/** What a traced call did at a node. */
export interface LitStep {
  readonly step: number
  readonly exit: string | null
}
export interface StepData extends Record<string, unknown> {
  readonly item: CanvasNode
  readonly errors: number
  readonly warnings: number
  readonly change?: 'added' | 'changed' | 'removed' | undefined
  /** Cases that fail here. */
  readonly failing?: number
  /** Until when it can wait for a fact, in milliseconds from the ring. */
  readonly waitsMs?: number | undefined
  /** Of a traced call; `off` is off its path. */
  readonly lit?: LitStep | 'off' | undefined
  /** Opens the list of targets; without it the drawing is for looking. */
  readonly connect?: ((id: string, exit: string) => void) | undefined
}
export type StepNodeType = Node<StepData, 'step'>

const changeIcons = { added: Plus, changed: PencilLine, removed: Minus } as const

function Pill({
  id,
  exit,
  index,
  of,
  data,
}: {
  id: string
  exit: Exit
  index: number
  of: number
  data: StepData
}) {
  const { t } = useTranslation()
  const { side, name, to } = exit
  const taken = typeof data.lit === 'object' && data.lit.exit === name
  const style = side === 'end' ? { top: 35 + (index - (of - 1) / 2) * 23 } : undefined
  const word = exitWord(name, t)
  const label = t('editor.open', { name: titleOf(data.item.node, t), exit: word })
  return (
    <Handle
      type="source"
      id={name}
      position={side === 'end' ? Position.Right : Position.Bottom}
      className={styles.pill}
      {...(style && { style })}
      isConnectable={data.connect !== undefined}
      data-side={side}
      data-unknown={name === 'unknown' || undefined}
      data-open={to === undefined || undefined}
      data-taken={taken || undefined}
      title={to === undefined && data.connect ? label : word}
      onDoubleClick={() => data.connect?.(id, name)}
    >
      {name === 'unknown' && <CircleHelp size={12} aria-hidden />}
      {word}
      {to === undefined && data.connect && <Plus size={12} aria-hidden />}
    </Handle>
  )
}

function Badges({ data }: { data: StepData }) {
  const { t } = useTranslation()
  const { item, errors, warnings, change } = data
  const Mark = change && changeIcons[change]
  const Problem = errors > 0 ? OctagonAlert : TriangleAlert
  return (
    <div className={styles.badges}>
      {item.isStart && (
        <span className={styles.badge} data-tone="start">
          <Flag size={11} aria-hidden /> {t('editor.start')}
        </span>
      )}
      {errors + warnings > 0 && (
        <span className={styles.badge} data-tone={errors > 0 ? 'err' : 'warn'}>
          <Problem size={12} aria-hidden /> {errors + warnings}
        </span>
      )}
      {data.failing !== undefined && data.failing > 0 && (
        <span
          className={styles.badge}
          data-tone="err"
          title={t('editor.failing', { count: data.failing })}
        >
          <CircleX size={12} aria-hidden /> {data.failing}
        </span>
      )}
      {data.waitsMs !== undefined && (
        <span className={styles.badge} title={t('editor.waits', { ms: data.waitsMs })}>
          <Hourglass size={11} aria-hidden /> {t('editor.waitsShort', { ms: data.waitsMs })}
        </span>
      )}
      {Mark && (
        <span className={styles.badge} data-tone={change}>
          <Mark size={12} aria-hidden /> {t(`editor.${change}`)}
        </span>
      )}
      {item.node.note && (
        <span className={styles.badge} title={item.node.note}>
          <MessageSquare size={12} aria-hidden />
        </span>
      )}
    </div>
  )
}

/** Where it stands, and that it is being dragged, is no matter of its own. */
const isSameStep = (a: NodeProps<StepNodeType>, b: NodeProps<StepNodeType>): boolean =>
  a.id === b.id && a.data === b.data && a.selected === b.selected

/** A step: gate, effect or outcome, told apart by its shape. Far away the style sheet leaves out what cannot be read. */
export const StepNode = memo(({ id, data, selected }: NodeProps<StepNodeType>) => {
  const { t } = useTranslation()
  const { node, exits } = data.item
  const shape = isEffect(node) ? 'effect' : isOutcome(node) ? 'outcome' : 'gate'
  const ends = exits.filter(({ side }) => side === 'end')
  const title = titleOf(node, t)
  const summary = summaryOf(node, t)
  const lit = data.lit === undefined ? undefined : data.lit === 'off' ? 'off' : 'on'
  return (
    <div
      className={styles.step}
      data-shape={shape}
      data-kind={node.kind}
      data-selected={selected || undefined}
      data-change={data.change}
      data-lit={lit}
      title={`${title}\n${summary}`}
    >
      <Handle type="target" position={Position.Top} className={styles.port} />
      {typeof data.lit === 'object' && <span className={styles.number}>{data.lit.step}</span>}
      <Badges data={data} />
      <span className={styles.tile}>
        {createElement(iconOf(node), { size: 19, 'aria-hidden': true })}
      </span>
      <span className={styles.words}>
        <strong>{title}</strong>
        <span>{summary}</span>
      </span>
      {exits.map((exit) => (
        <Pill
          key={exit.name}
          id={id}
          exit={exit}
          index={ends.indexOf(exit)}
          of={ends.length}
          data={data}
        />
      ))}
    </div>
  )
}, isSameStep)
StepNode.displayName = 'StepNode'
