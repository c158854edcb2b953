import '@xyflow/react/dist/style.css'
import type { Connection, NodeChange } from '@xyflow/react'
import {
  Background,
  ConnectionMode,
  ControlButton,
  Controls,
  MiniMap,
  ReactFlow,
  applyNodeChanges,
  useReactFlow,
} from '@xyflow/react'
import { LayoutGrid, StickyNote } from 'lucide-react'
import type { DragEvent, KeyboardEvent } from 'react'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Catalogue } from '../../server/schema/catalogue.ts'
import type { NodeKind, Policy } from '../../server/schema/policy.ts'
import type { Problem } from '../../server/schema/problem.ts'
import { isTyping, singleLetters } from '../shell/single-letters.ts'
import styles from './canvas/canvas.module.css'
import type { FlowNode } from './canvas/flow.ts'
import { flowOf } from './canvas/flow.ts'
import { edgeTypes, nodeTypes } from './canvas/types.ts'
import { exitsOf, targetOf } from './document/exits.ts'
import type { Point } from './document/ladder.ts'
import type { Clip, Way } from './document/operations.ts'
import {
  add,
  connect,
  copy,
  freshId,
  leadsTo,
  move,
  paste,
  remove,
  setNote,
  tidy,
} from './document/operations.ts'
import { positionsOf } from './document/canvas.ts'
import { nodesWith } from './document/usage.ts'
import { exitWord, kinds, summaryOf, titleOf } from './kinds/kinds.ts'
import type { Choice, Question } from './parts/chooser.tsx'
import { Chooser } from './parts/chooser.tsx'
import { Dock } from './parts/dock.tsx'
import { Inspector } from './parts/inspector.tsx'
import { Palette, allKinds, dragType } from './parts/palette.tsx'
import shape from './parts/editor.module.css'

interface EditorProps {
  readonly policy: Policy
  readonly catalogue: Catalogue
  readonly problems: readonly Problem[]
  readonly isEditable: boolean
  readonly change: (policy: Policy, field?: string) => void
  readonly undo: () => void
  readonly redo: () => void
  readonly publish: () => void
}

/** Between tabs and policies of this browser; only nodes, never a call. */
const clipKey = 'callgate.clip'
const clips = {
  read(): Clip | undefined {
    const text = localStorage.getItem(clipKey)
    // written below, by this application
    return text === null ? undefined : (JSON.parse(text) as Clip)
  },
  write: (clip: Clip): void => localStorage.setItem(clipKey, JSON.stringify(clip)),
}

const step = 20

/** The canvas, its palette, the form of the chosen step and the problems; all of it by mouse and by keys. */
export function Editor(props: EditorProps) {
  const { policy, catalogue, problems, isEditable, change } = props
  const { t } = useTranslation()
  const flow = useReactFlow()
  const [selected, setSelected] = useState<readonly string[]>([])
  const [chosenEdge, setChosenEdge] = useState<string>()
  const [question, setQuestion] = useState<Question>()
  const [said, setSaid] = useState('')
  const board = useRef<HTMLDivElement>(null)
  const now = useRef(policy)
  useLayoutEffect(() => {
    now.current = policy
  }, [policy])
  const current = selected.length === 1 ? selected[0] : undefined

  const select = useCallback(
    (id: string, isFocused = true) => {
      setSelected([id])
      const node = now.current.nodes[id]
      if (node) {
        const ways = exitsOf(node).map((exit) => {
          const to = targetOf(node, exit)
          const target = to === undefined ? undefined : now.current.nodes[to]
          const word = exitWord(exit, t)
          return target
            ? t('editor.leads', { exit: word, name: titleOf(target, t) })
            : t('editor.leadsNowhere', { exit: word })
        })
        setSaid(
          t('editor.selected', {
            name: titleOf(node, t),
            kind: t(`editor.kind.${node.kind}`),
            exits: ways.join(', '),
          }),
        )
      }
      if (isFocused)
        requestAnimationFrame(() => {
          const element = board.current?.querySelector(
            `.react-flow__node[data-id="${CSS.escape(id)}"]`,
          )
          if (element instanceof HTMLElement) element.focus({ preventScroll: true })
        })
    },
    [t],
  )
  const ask = (title: string, choices: Question['choices']) => setQuestion({ title, choices })
  const close = () => {
    setQuestion(undefined)
    if (current !== undefined) select(current)
    else board.current?.focus()
  }
  const fitting = (all: readonly Choice[]) => (sought: string) =>
    all.filter(({ label }) => label.toLowerCase().includes(sought.trim().toLowerCase()))

  const addKind = (kind: NodeKind, place: { at?: Point; after?: Way }) => {
    const { policy: next, id } = add(now.current, { node: kinds[kind].blank(catalogue), ...place })
    now.current = next
    change(next)
    setQuestion(undefined)
    select(id)
  }
  const kindChoices = (after?: Way) =>
    allKinds.map((kind) => ({
      key: kind,
      label: t(`editor.kind.${kind}`),
      choose: () => addKind(kind, after ? { after } : {}),
    }))
  const link = (way: Way, to: string | undefined) => {
    setQuestion(undefined)
    if (to !== undefined && leadsTo(now.current, to, way.from)) {
      setSaid(t('editor.circle'))
      return
    }
    change(connect(now.current, way, to))
    select(way.from)
  }
  const askTarget = useCallback(
    (from: string, exit: string) => {
      const way = { from, exit }
      const { nodes } = now.current
      const targets = Object.entries(nodes).filter(([id]) => !leadsTo(now.current, id, from))
      ask(
        `${t('editor.chooseTarget')} (${exitWord(exit, t)})`,
        fitting([
          ...targets.map(([id, node]) => ({
            key: id,
            label: `${titleOf(node, t)} · ${summaryOf(node, t)}`,
            choose: () => link(way, id),
          })),
          ...allKinds.map((kind) => ({
            key: `new ${kind}`,
            label: t('editor.newStep', { kind: t(`editor.kind.${kind}`) }),
            choose: () => addKind(kind, { after: way }),
          })),
          { key: 'nowhere', label: t('editor.disconnect'), choose: () => link(way, undefined) },
        ]),
      )
    },
    // the functions named here read what is current when they run
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [t, catalogue, change],
  )
  const askExit = (id: string, then: (exit: string) => void) => {
    const node = now.current.nodes[id]
    const exits = node ? exitsOf(node) : []
    if (exits.length === 1 && exits[0] !== undefined) return then(exits[0])
    if (exits.length > 0)
      ask(
        t('editor.chooseExit'),
        fitting(
          exits.map((exit) => ({ key: exit, label: exitWord(exit, t), choose: () => then(exit) })),
        ),
      )
  }
  const addAfter = (id: string | undefined) => {
    if (id === undefined) return ask(t('editor.chooseStep'), fitting(kindChoices()))
    askExit(id, (exit) => ask(t('editor.chooseStep'), fitting(kindChoices({ from: id, exit }))))
  }
  const insert = useCallback(
    (from: string, exit: string) =>
      ask(t('editor.chooseStep'), fitting(kindChoices({ from, exit }))),
    // as above
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [t, catalogue, change],
  )
  const writeNote = useCallback(
    (id: string, text: string) => {
      const place = now.current.layout?.[id]
      if (place) change(setNote(now.current, id, { x: place.x, y: place.y, text }), id)
    },
    [change],
  )
  const find = () =>
    ask(t('editor.find'), (sought) =>
      nodesWith(now.current, sought === '' ? '.' : sought).length === 0 && sought !== ''
        ? []
        : Object.entries(now.current.nodes)
            .filter(([id]) => sought === '' || nodesWith(now.current, sought).includes(id))
            .map(([id, node]) => ({
              key: id,
              label: `${titleOf(node, t)} · ${summaryOf(node, t)}`,
              choose: () => {
                setQuestion(undefined)
                select(id)
                void flow.fitView({ nodes: [{ id }], maxZoom: 1, duration: 0 })
              },
            })),
    )
  const addNote = () => {
    const { x, y } = flow.screenToFlowPosition({ x: 520, y: 160 })
    const id = freshId(now.current, 'note:1')
    change(setNote(now.current, id, { x, y, text: t('editor.newNote') }))
  }

  const derived = useMemo(
    () =>
      // the functions given read the ref when somebody clicks, not here
      // eslint-disable-next-line react-hooks/refs
      flowOf(policy, {
        problems,
        insertLabel: t('editor.addStep'),
        ...(isEditable ? { connect: askTarget, insert, writeNote } : {}),
      }),
    [policy, problems, t, isEditable, askTarget, insert, writeNote],
  )
  const [nodes, setNodes] = useState<FlowNode[]>(derived.nodes)
  useEffect(() => {
    // the drawing keeps measures and drags of its own; the document is what it follows
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setNodes((before) => {
      const known = new Map(before.map((node) => [node.id, node]))
      return derived.nodes.map((node) => {
        const measured = known.get(node.id)?.measured
        return { ...node, selected: selected.includes(node.id), ...(measured ? { measured } : {}) }
      })
    })
  }, [derived.nodes, selected])
  const edges = useMemo(
    () =>
      derived.edges.map((edge) =>
        edge.id === chosenEdge ? { ...edge, selected: true, zIndex: 2 } : edge,
      ),
    [derived.edges, chosenEdge],
  )

  const onNodesChange = useCallback((changes: NodeChange<FlowNode>[]) => {
    const rest = changes.filter(({ type }) => type !== 'remove')
    setNodes((before) => applyNodeChanges(rest, before))
    const picks = changes.filter((one) => one.type === 'select')
    if (picks.length > 0)
      setSelected((before) => {
        const next = new Set(before)
        for (const { id, selected: isOn } of picks)
          if (isOn) next.add(id)
          else next.delete(id)
        return [...next]
      })
  }, [])
  const onMoved = (_: unknown, __: unknown, moved: readonly FlowNode[]) => {
    const points = moved.map(({ id, position }) => [id, position] as const)
    const before = positionsOf(now.current)
    const isMoved = points.some(([id, { x, y }]) => {
      const was = before.get(id) ?? now.current.layout?.[id]
      return !was || was.x !== x || was.y !== y
    })
    if (isMoved) change(move(now.current, new Map(points)))
  }
  const onConnect = ({ source, sourceHandle, target }: Connection) => {
    if (sourceHandle !== null) link({ from: source, exit: sourceHandle }, target)
  }
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    const kind = allKinds.find((one) => one === event.dataTransfer.getData(dragType))
    const at = flow.screenToFlowPosition({ x: event.clientX - 60, y: event.clientY - 20 })
    if (kind && isEditable)
      addKind(kind, {
        at: { x: Math.round(at.x / step) * step, y: Math.round(at.y / step) * step },
      })
  }
  const removeSelected = () => {
    if (selected.length === 0) return
    const next = remove(now.current, new Set(selected))
    change(next)
    setSelected([])
    board.current?.focus()
  }
  const pasteClip = (clip: Clip | undefined) => {
    if (!clip) return
    const { policy: next, ids } = paste(now.current, clip)
    change(next)
    setSelected(ids)
  }
  const go = (key: string) => {
    if (current === undefined) return select(policy.start)
    const node = policy.nodes[current]
    const own = positionsOf(policy).get(current)
    if (!node || !own) return
    const outs = exitsOf(node).flatMap((exit) => targetOf(node, exit) ?? [])
    const ins = Object.entries(policy.nodes)
      .filter(([, other]) => exitsOf(other).some((exit) => targetOf(other, exit) === current))
      .map(([id]) => id)
    const isOut = key === 'ArrowDown' || key === 'ArrowRight'
    const isDown = key === 'ArrowDown' || key === 'ArrowUp'
    const places = positionsOf(policy)
    const lies = (id: string): boolean => {
      const other = places.get(id)
      return other !== undefined && isDown === Math.abs(other.x - own.x) < 112
    }
    const all = (isOut ? outs : ins).filter((id) => policy.nodes[id])
    const to = all.find(lies) ?? all[0]
    if (to !== undefined) select(to)
  }
  const nudge = (key: string) => {
    const by = {
      ArrowUp: [0, -step],
      ArrowDown: [0, step],
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
    }[key]
    const places = positionsOf(policy)
    const points = selected.flatMap((id) => {
      const at = places.get(id) ?? policy.layout?.[id]
      return at && by ? [[id, { x: at.x + (by[0] ?? 0), y: at.y + (by[1] ?? 0) }] as const] : []
    })
    if (points.length > 0) change(move(policy, new Map(points)), `nudge ${selected.join()}`)
  }
  const withModifier = (event: KeyboardEvent): boolean => {
    const key = event.key.toLowerCase()
    if (key === 'z' && event.shiftKey) props.redo()
    else if (key === 'z') props.undo()
    else if (key === 'y') props.redo()
    else if (key === 'a') setSelected(Object.keys(policy.nodes))
    else if (key === 'c' && selected.length > 0) {
      clips.write(copy(policy, selected))
      setSaid(t('editor.copiedSteps'))
    } else if (key === 'v') pasteClip(clips.read())
    else if (key === 'd') pasteClip(copy(policy, selected))
    else if (key === 'enter') props.publish()
    else return false
    return true
  }
  const letters: Readonly<Record<string, () => void>> = {
    a: () => addAfter(current),
    i: () => addAfter(current),
    c: () => current !== undefined && askExit(current, (exit) => askTarget(current, exit)),
    f: find,
    l: () => change(tidy(policy)),
    n: addNote,
    backspace: removeSelected,
    delete: removeSelected,
  }
  const withoutModifier = (event: KeyboardEvent): boolean => {
    const key = event.key.toLowerCase()
    if (key.startsWith('arrow') && event.altKey) {
      if (isEditable) nudge(event.key)
    } else if (key.startsWith('arrow')) go(event.key)
    else if (event.shiftKey && event.code === 'Digit1') void flow.fitView()
    else if (/^[1-9]$/.test(key) && current !== undefined) {
      const node = policy.nodes[current]
      const exit = node && exitsOf(node)[Number(key) - 1]
      if (exit !== undefined) askTarget(current, exit)
    } else if (key === 'enter')
      document.querySelector<HTMLElement>(`.${shape.inspector} input`)?.focus()
    else if (key === 'escape') setSelected([])
    else if (letters[key] && (singleLetters.isOn() || key.length > 1)) {
      if (isEditable || key === 'f') letters[key]()
    } else return false
    return true
  }
  /** A step that is gone takes the focus with it; keys go on working from the canvas. */
  const keepFocus = () =>
    setTimeout(() => {
      if (document.activeElement === document.body) board.current?.focus({ preventScroll: true })
    }, 50)
  const onKeyDown = (event: KeyboardEvent) => {
    const isModified = event.ctrlKey || event.metaKey
    const typing =
      event.target instanceof HTMLElement && event.target.closest('input, textarea, select')
    if (typing || (!isModified && !event.altKey && isTyping(event.nativeEvent))) return
    if (!(event.currentTarget as HTMLElement).contains(event.target as HTMLElement)) return
    const isDone = isModified ? withModifier(event) : withoutModifier(event)
    if (!isDone) return
    event.preventDefault()
    event.stopPropagation()
    keepFocus()
  }
  const fallbackWords = `${t(`editor.kind.${policy.fallback.kind}`)} · ${summaryOf(policy.fallback, t)}`
  return (
    <div className={shape.frame}>
      <div className={shape.stage}>
        <div
          ref={board}
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
            <ReactFlow
              nodes={nodes}
              edges={edges}
              nodeTypes={nodeTypes}
              edgeTypes={edgeTypes}
              onNodesChange={onNodesChange}
              onNodeDragStop={onMoved}
              onSelectionDragStop={(event, moved) => onMoved(event, event, moved)}
              onConnect={onConnect}
              onEdgeClick={(_, edge) => setChosenEdge(edge.id)}
              onPaneClick={() => setChosenEdge(undefined)}
              connectionMode={ConnectionMode.Strict}
              nodesDraggable={isEditable}
              nodesConnectable={isEditable}
              edgesFocusable={false}
              disableKeyboardA11y
              deleteKeyCode={null}
              multiSelectionKeyCode={['Shift', 'Control', 'Meta']}
              snapToGrid
              snapGrid={[step, step]}
              fitView
              fitViewOptions={{
                padding: { left: '180px', top: '40px', right: '40px', bottom: '40px' },
                maxZoom: 1,
              }}
              minZoom={0.1}
              proOptions={{ hideAttribution: true }}
            >
              <Background gap={20} color="var(--line2)" />
              <MiniMap
                position="bottom-left"
                pannable
                ariaLabel={null}
                nodeColor="var(--line2)"
                maskColor="transparent"
                style={{ width: 148, height: 96 }}
              />
              <Controls position="bottom-right" showInteractive={false}>
                {isEditable && (
                  <ControlButton
                    onClick={() => change(tidy(policy))}
                    title={t('editor.tidy')}
                    aria-label={t('editor.tidy')}
                  >
                    <LayoutGrid style={{ fill: 'none' }} />
                  </ControlButton>
                )}
                {isEditable && (
                  <ControlButton
                    onClick={addNote}
                    title={t('editor.note')}
                    aria-label={t('editor.note')}
                  >
                    <StickyNote style={{ fill: 'none' }} />
                  </ControlButton>
                )}
              </Controls>
            </ReactFlow>
          </div>
          {isEditable && (
            <Palette
              onAdd={(kind) => {
                const node = current === undefined ? undefined : policy.nodes[current]
                const open =
                  node && exitsOf(node).find((exit) => targetOf(node, exit) === undefined)
                addKind(
                  kind,
                  current !== undefined && open !== undefined
                    ? { after: { from: current, exit: open } }
                    : {},
                )
              }}
            />
          )}
          <div className={shape.fallback}>{t('editor.fallback', { what: fallbackWords })}</div>
        </div>
        <Dock
          problems={problems}
          select={(id) => {
            select(id)
            void flow.fitView({ nodes: [{ id }], maxZoom: 1 })
          }}
        />
      </div>
      {current !== undefined && policy.nodes[current] && (
        <Inspector
          policy={policy}
          id={current}
          catalogue={catalogue}
          isEditable={isEditable}
          change={change}
          connect={askTarget}
          select={select}
          close={() => setSelected([])}
        />
      )}
      <Chooser question={question} onClose={close} />
      <div className="unseen" role="status" aria-live="polite">
        {said}
      </div>
    </div>
  )
}
