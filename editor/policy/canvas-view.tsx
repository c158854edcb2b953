import { useReactFlow } from '@xyflow/react'
import { LifeBuoy } from 'lucide-react'
import type { DragEvent, KeyboardEvent } from 'react'
import {
  startTransition,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { useTranslation } from 'react-i18next'
import { Board } from './canvas-view/board.tsx'
import { createCommands, gridStep } from './canvas-view/commands.ts'
import { pressed } from './canvas-view/keys.ts'
import styles from './canvas/canvas.module.css'
import type { FlowNode } from './canvas/flow.ts'
import { summaryOf } from './kinds/kinds.ts'
import shape from './parts/editor.module.css'
import { Inspector } from './parts/inspector.tsx'
import { Palette, allKinds, dragType } from './parts/palette.tsx'
import { focusForm } from './parts/focus-form.ts'
import { SettingsForm } from './parts/settings-form.tsx'
import { useWorkbench } from './workbench.ts'

const snap = (value: number): number => Math.round(value / gridStep) * gridStep

/** The canvas, its palette and the form of the chosen step; all of it by mouse and by keys. */
export function CanvasView() {
  const bench = useWorkbench()
  const { policy, isEditable, selected } = bench
  const { t } = useTranslation()
  const flow = useReactFlow<FlowNode>()
  const [said, setSaid] = useState('')
  const board = useId()
  const focus = (id: string | undefined) =>
    requestAnimationFrame(() => {
      const own = document.getElementById(board)
      const step = `.react-flow__node[data-id="${CSS.escape(id ?? '')}"]`
      const element = id === undefined ? own : own?.querySelector(step)
      if (element instanceof HTMLElement) element.focus({ preventScroll: true })
    })
  const ports = { bench, t, flow, say: setSaid, focus }
  const [commands] = useState(() => createCommands(ports))
  useLayoutEffect(() => commands.update(ports))
  const one = selected.length === 1 ? selected[0] : undefined
  const [current, setCurrent] = useState(one)
  const isMoving = useRef(false)
  const latest = useRef(one)
  // a form takes longer than a frame: the drawing does not wait for it, and what is dragged has none yet
  useEffect(() => {
    latest.current = one
    if (!isMoving.current) startTransition(() => setCurrent(one))
  }, [one])

  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    const kind = allKinds.find((one) => one === event.dataTransfer.getData(dragType))
    const at = flow.screenToFlowPosition({ x: event.clientX - 60, y: event.clientY - 20 })
    if (kind && isEditable) commands.addKind(kind, { at: { x: snap(at.x), y: snap(at.y) } })
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const isDone = pressed(event, {
      bench,
      commands,
      fit: () => void flow.fitView(),
      focusForm: () => focusForm(one),
    })
    if (!isDone) return
    event.preventDefault()
    event.stopPropagation()
    // a step that is gone takes the focus with it; keys go on working from the canvas
    setTimeout(() => {
      if (document.activeElement === document.body) focus(undefined)
    }, 50)
  }
  const setMoving = useCallback(
    (isNow: boolean) => {
      // told to the style sheet alone, without rendering anything
      document.getElementById(board)?.toggleAttribute('data-moving', isNow)
      isMoving.current = isNow
      if (!isNow) startTransition(() => setCurrent(latest.current))
    },
    [board],
  )
  // an empty canvas stays where it is when the first step is put on it
  const [isDrawn] = useState(() => Object.keys(policy.nodes).length > 0)
  const fallbackWords = `${t(`editor.kind.${policy.fallback.kind}`)} · ${summaryOf(policy.fallback, t)}`
  return (
    <div className={shape.frame}>
      <div
        id={board}
        className={shape.board}
        tabIndex={-1}
        role="group"
        aria-label={t('editor.canvas')}
        aria-description={t('editor.canvasHelp')}
        onKeyDown={onKeyDown}
        onDragOver={(event) => event.preventDefault()}
        onDrop={onDrop}
      >
        <div className={styles.canvas}>
          <Board commands={commands} isFitted={isDrawn} onMoving={setMoving} />
        </div>
        {isEditable && <Palette onAdd={(kind) => commands.addHere(kind)} />}
        <button type="button" className={shape.fallback} onClick={bench.openSettings}>
          <LifeBuoy size={14} aria-hidden /> {t('editor.fallback', { what: fallbackWords })}
        </button>
      </div>
      {current !== undefined && policy.nodes[current] && (
        <Inspector
          id={current}
          connect={(id, exit) => commands.askTarget(id, exit)}
          select={(id) => commands.select(id)}
        />
      )}
      {bench.isSettingsOpen && <SettingsForm />}
      <div className="unseen" role="status" aria-live="polite">
        {said}
      </div>
    </div>
  )
}
