import type { TFunction } from 'i18next'
import { add, connect, leadsTo } from './document/operations.ts'
import type { Way } from './document/operations.ts'
import { exitWord, kinds, summaryOf, titleOf } from './kinds/kinds.ts'
import type { Choice, Question } from './parts/chooser.tsx'
import { allKinds } from './parts/palette.tsx'
import type { Workbench } from './workbench.ts'

export const fitting = (all: readonly Choice[]) => (sought: string) =>
  all.filter(({ label }) => label.toLowerCase().includes(sought.trim().toLowerCase()))

/** Asks where an exit leads: to a step that makes no circle, to a new one, or nowhere. */
export function targetChoices(bench: Workbench, way: Way, t: TFunction): Question {
  const { policy } = bench
  const link = (to: string | undefined) => {
    bench.ask(undefined)
    bench.change(connect(policy, way, to))
    bench.select([way.from])
  }
  const grow = (kind: (typeof allKinds)[number]) => {
    const grown = add(policy, { node: kinds[kind].blank(bench.catalogue), after: way })
    bench.ask(undefined)
    bench.change(grown.policy)
    bench.select([grown.id])
  }
  const targets = Object.entries(policy.nodes).filter(([id]) => !leadsTo(policy, id, way.from))
  return {
    title: `${t('editor.chooseTarget')} (${exitWord(way.exit, t)})`,
    choices: fitting([
      ...targets.map(([id, node]) => ({
        key: id,
        label: `${titleOf(node, t)} · ${summaryOf(node, t)}`,
        choose: () => link(id),
      })),
      ...allKinds.map((kind) => ({
        key: `new ${kind}`,
        label: t('editor.newStep', { kind: t(`editor.kind.${kind}`) }),
        choose: () => grow(kind),
      })),
      { key: 'nowhere', label: t('editor.disconnect'), choose: () => link(undefined) },
    ]),
  }
}
