import type { ReactFlowInstance } from '@xyflow/react'
import type { TFunction } from 'i18next'
import type { NodeKind, Policy } from '../../../server/schema/policy.ts'
import { positionsOf } from '../document/canvas.ts'
import { exitsOf, targetOf } from '../document/exits.ts'
import type { Point } from '../document/ladder.ts'
import type { Clip, Way } from '../document/operations.ts'
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
} from '../document/operations.ts'
import { nodesWith } from '../document/usage.ts'
import type { FlowNode } from '../canvas/flow.ts'
import { exitWord, kinds, summaryOf, titleOf } from '../kinds/kinds.ts'
import type { Choice, Question } from '../parts/chooser.tsx'
import { allKinds } from '../parts/palette.tsx'
import { fitting, targetChoices } from '../target-choices.ts'
import type { Workbench } from '../workbench.ts'
import { clips } from './clips.ts'

export const gridStep = 20

/** What commands need of the page, as it is when one is given. */
interface Ports {
  readonly bench: Workbench
  readonly t: TFunction
  readonly flow: ReactFlowInstance<FlowNode>
  /** Tells those who do not see the drawing. */
  readonly say: (text: string) => void
  /** Puts the keyboard on a step, or on the canvas itself. */
  readonly focus: (id: string | undefined) => void
}

/**
 * What can be done on the canvas, by mouse, key or list alike. One object for the life of a canvas, so that
 * the drawing need not be made anew for it; `update` tells it what is current.
 */
export function createCommands(first: Ports) {
  let ports = first
  // ahead of what is drawn, while one command follows another
  let policy = first.bench.policy

  const change = (next: Policy, field?: string) => {
    policy = next
    ports.bench.change(next, field)
  }
  const describe = (id: string): void => {
    const { t } = ports
    const node = policy.nodes[id]
    if (!node) return
    const ways = exitsOf(node).map((exit) => {
      const to = targetOf(node, exit)
      const target = to === undefined ? undefined : policy.nodes[to]
      const word = exitWord(exit, t)
      return target
        ? t('editor.leads', { exit: word, name: titleOf(target, t) })
        : t('editor.leadsNowhere', { exit: word })
    })
    const kind = t(`editor.kind.${node.kind}`)
    ports.say(t('editor.selected', { name: titleOf(node, t), kind, exits: ways.join(', ') }))
  }
  const select = (id: string) => {
    ports.bench.select([id])
    describe(id)
    ports.focus(id)
  }
  const focusOn = ([id]: readonly string[]) => {
    if (id !== undefined) select(id)
  }
  const current = () => (ports.bench.selected.length === 1 ? ports.bench.selected[0] : undefined)
  const ask = (title: string, choices: Question['choices']) => ports.bench.ask({ title, choices })

  const addKind = (kind: NodeKind, place: { at?: Point; after?: Way } = {}) => {
    const grown = add(policy, { node: kinds[kind].blank(ports.bench.catalogue), ...place })
    change(grown.policy)
    ports.bench.ask(undefined)
    select(grown.id)
  }
  const kindChoices = (after?: Way): Choice[] =>
    allKinds.map((kind) => ({
      key: kind,
      label: ports.t(`editor.kind.${kind}`),
      choose: () => addKind(kind, after ? { after } : {}),
    }))
  const link = (way: Way, to: string | undefined) => {
    ports.bench.ask(undefined)
    if (to !== undefined && leadsTo(policy, to, way.from)) {
      ports.say(ports.t('editor.circle'))
      return
    }
    change(connect(policy, way, to))
    select(way.from)
  }
  const askTarget = (from: string, exit: string) => {
    const now = { ...ports.bench, policy, change, select: focusOn }
    ports.bench.ask(targetChoices(now, { from, exit }, ports.t))
  }
  const askExit = (id: string, then: (exit: string) => void) => {
    const node = policy.nodes[id]
    const exits = node ? exitsOf(node) : []
    if (exits.length === 1 && exits[0] !== undefined) return then(exits[0])
    const choices = exits.map((exit) => ({
      key: exit,
      label: exitWord(exit, ports.t),
      choose: () => then(exit),
    }))
    if (exits.length > 0) ask(ports.t('editor.chooseExit'), fitting(choices))
  }
  const insert = (from: string, exit: string) =>
    ask(ports.t('editor.chooseStep'), fitting(kindChoices({ from, exit })))

  return {
    update(next: Ports): void {
      ports = next
      policy = next.bench.policy
    },
    select,
    link,
    addKind,
    askTarget,
    insert,
    describe,
    /** Adds where the chosen step still leads nowhere. */
    addHere(kind: NodeKind): void {
      const id = current()
      const node = id === undefined ? undefined : policy.nodes[id]
      const open = node && exitsOf(node).find((exit) => targetOf(node, exit) === undefined)
      addKind(
        kind,
        id !== undefined && open !== undefined ? { after: { from: id, exit: open } } : {},
      )
    },
    askAdd(): void {
      const id = current()
      if (id === undefined) return ask(ports.t('editor.chooseStep'), fitting(kindChoices()))
      askExit(id, (exit) => insert(id, exit))
    },
    askConnect(): void {
      const id = current()
      if (id !== undefined) askExit(id, (exit) => askTarget(id, exit))
    },
    /** @param index of the chosen step's exits, from 0 */
    askExitAt(index: number): void {
      const id = current()
      const node = id === undefined ? undefined : policy.nodes[id]
      const exit = node && exitsOf(node)[index]
      if (id !== undefined && exit !== undefined) askTarget(id, exit)
    },
    find(): void {
      const { t, bench } = ports
      ask(t('editor.find'), (sought) => {
        const found = sought === '' ? undefined : new Set(nodesWith(policy, sought))
        return Object.entries(policy.nodes)
          .filter(([id]) => found?.has(id) ?? true)
          .map(([id, node]) => ({
            key: id,
            label: `${titleOf(node, t)} · ${summaryOf(node, t)}`,
            choose: () => {
              ports.bench.ask(undefined)
              select(id)
              bench.show(id)
            },
          }))
      })
    },
    writeNote(id: string, text: string): void {
      const place = policy.layout?.[id]
      if (place) change(setNote(policy, id, { x: place.x, y: place.y, text }), id)
    },
    addNote(): void {
      const { x, y } = ports.flow.screenToFlowPosition({ x: 520, y: 160 })
      const id = freshId(policy, 'note:1')
      change(setNote(policy, id, { x, y, text: ports.t('editor.newNote') }))
    },
    /** Takes over where steps and notes were dragged to. */
    drop(moved: readonly FlowNode[]): void {
      const before = positionsOf(policy)
      const isMoved = moved.some(({ id, position: { x, y } }) => {
        const was = before.get(id) ?? policy.layout?.[id]
        return !was || was.x !== x || was.y !== y
      })
      if (isMoved) change(move(policy, new Map(moved.map(({ id, position }) => [id, position]))))
    },
    nudge(by: Point): void {
      const { selected } = ports.bench
      const places = positionsOf(policy)
      const points = selected.flatMap((id) => {
        const at = places.get(id) ?? policy.layout?.[id]
        return at ? [[id, { x: at.x + by.x, y: at.y + by.y }] as const] : []
      })
      if (points.length > 0) change(move(policy, new Map(points)), `nudge ${selected.join()}`)
    },
    removeSelected(): void {
      const { selected } = ports.bench
      if (selected.length === 0) return
      change(remove(policy, new Set(selected)))
      ports.bench.select([])
      ports.focus(undefined)
    },
    copySelected(): void {
      clips.write(copy(policy, ports.bench.selected))
      ports.say(ports.t('editor.copiedSteps'))
    },
    paste(clip: Clip | undefined = clips.read()): void {
      if (!clip) return
      const { policy: next, ids } = paste(policy, clip)
      change(next)
      ports.bench.select(ids)
    },
    duplicate(): void {
      this.paste(copy(policy, ports.bench.selected))
    },
    tidy: () => change(tidy(policy)),
    /** To the step that lies in an arrow's direction along the exits. */
    go(key: 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight'): void {
      const id = current()
      const node = id === undefined ? undefined : policy.nodes[id]
      const places = positionsOf(policy)
      const own = id === undefined ? undefined : places.get(id)
      if (!node || !own) return select(policy.start)
      const outs = exitsOf(node).flatMap((exit) => targetOf(node, exit) ?? [])
      const ins = Object.entries(policy.nodes)
        .filter(([, other]) => exitsOf(other).some((exit) => targetOf(other, exit) === id))
        .map(([other]) => other)
      const isOut = key === 'ArrowDown' || key === 'ArrowRight'
      const isDown = key === 'ArrowDown' || key === 'ArrowUp'
      const lies = (one: string): boolean => {
        const other = places.get(one)
        return other !== undefined && isDown === Math.abs(other.x - own.x) < 112
      }
      const all = (isOut ? outs : ins).filter((one) => policy.nodes[one])
      const to = all.find(lies) ?? all[0]
      if (to !== undefined) select(to)
    },
  }
}
export type Commands = ReturnType<typeof createCommands>
