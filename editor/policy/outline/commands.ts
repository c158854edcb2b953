import type { TFunction } from 'i18next'
import { moveStep } from '../../../server/policy/outline/move.ts'
import type { OutlineLine } from '../../../server/policy/outline/outline.ts'
import { exitsOf } from '../document/exits.ts'
import { add, connect, remove } from '../document/operations.ts'
import { nodesWith } from '../document/usage.ts'
import { exitWord, kinds, summaryOf, titleOf } from '../kinds/kinds.ts'
import { allKinds } from '../parts/palette.tsx'
import { fitting, targetChoices } from '../target-choices.ts'
import type { Workbench } from '../workbench.ts'
import { ownerOf } from './cursor.ts'

interface Desk {
  readonly bench: Workbench
  readonly t: TFunction
  /** A question is being asked; when it is answered the keyboard comes back to the outline. */
  readonly asking: () => void
  readonly say: (text: string) => void
}

function ask(desk: Desk, question: Parameters<Workbench['ask']>[0]): void {
  desk.asking()
  desk.bench.ask(question)
}

/** Asks which exit, where there is a choice. */
function withExit(desk: Desk, exits: readonly string[], then: (exit: string) => void): void {
  const { t } = desk
  const [only] = exits
  if (exits.length === 1 && only !== undefined) return then(only)
  const choices = exits.map((exit) => ({
    key: exit,
    label: exitWord(exit, t),
    choose: () => then(exit),
  }))
  if (exits.length > 0) ask(desk, { title: t('editor.chooseExit'), choices: fitting(choices) })
}

/** Asks for a kind, and puts a step of it behind some exits of a step; without one it becomes the first. */
function askKind(desk: Desk, from?: { step: string; exits: readonly string[] }): void {
  const { bench, t } = desk
  const grow = (kind: (typeof allKinds)[number]) => {
    const node = kinds[kind].blank(bench.catalogue)
    const [exit, ...others] = from?.exits ?? []
    const after = from && exit !== undefined ? { from: from.step, exit } : undefined
    const grown = add(bench.policy, { node, ...(after ? { after } : {}) })
    const whole = others.reduce(
      (policy, other) => connect(policy, { from: from?.step ?? '', exit: other }, grown.id),
      grown.policy,
    )
    bench.ask(undefined)
    bench.change(whole)
    bench.select([grown.id])
  }
  const choices = allKinds.map((kind) => ({
    key: kind,
    label: t(`editor.kind.${kind}`),
    choose: () => grow(kind),
  }))
  ask(desk, { title: t('editor.chooseStep'), choices: fitting(choices) })
}

/** Adds behind a line: after its step, or between where it comes from and what it refers to. */
export function addAfter(desk: Desk, line: OutlineLine | undefined): void {
  const { policy } = desk.bench
  const node = line?.type === 'step' ? policy.nodes[line.id] : undefined
  if (!line) return askKind(desk)
  const exits = node ? exitsOf(node) : []
  if (node && exits.length > 0)
    return withExit(desk, exits, (exit) => askKind(desk, { step: line.id, exits: [exit] }))
  askKind(desk, line.from)
}

/** Leads an exit elsewhere: of a line's step, or the one that the line stands for. */
export function askTarget(desk: Desk, line: OutlineLine, exit?: string): void {
  const { bench, t } = desk
  const node = bench.policy.nodes[ownerOf(line)]
  const own = line.type === 'step' ? (node ? exitsOf(node) : []) : (line.from?.exits ?? [])
  withExit(desk, exit === undefined ? own : [exit], (one) =>
    ask(desk, targetChoices(bench, { from: ownerOf(line), exit: one }, t)),
  )
}

/** Removes a line: a step and heals the way, or a reference and leaves its exit open. */
export function removeLine({ bench }: Desk, line: OutlineLine): void {
  const { policy } = bench
  if (line.type === 'step') return bench.change(remove(policy, new Set([line.id])))
  const { from } = line
  if (!from || line.type === 'nowhere') return
  bench.change(
    from.exits.reduce((next, exit) => connect(next, { from: from.step, exit }, undefined), policy),
  )
}

export function moveLine({ bench, t, say }: Desk, line: OutlineLine, way: 'up' | 'down'): void {
  const moved = line.type === 'step' ? moveStep(bench.policy, line.id, way) : undefined
  if (moved) bench.change(moved)
  else say(t('outline.cannotMove'))
}

/** Finds a step by what it names or says. */
export function find(desk: Desk): void {
  const { bench, t } = desk
  ask(desk, {
    title: t('editor.find'),
    choices: (sought) => {
      const found = sought === '' ? undefined : new Set(nodesWith(bench.policy, sought))
      return Object.entries(bench.policy.nodes)
        .filter(([id]) => found?.has(id) ?? true)
        .map(([id, node]) => ({
          key: id,
          label: `${titleOf(node, t)} · ${summaryOf(node, t)}`,
          choose: () => {
            bench.ask(undefined)
            bench.select([id])
          },
        }))
    },
  })
}
