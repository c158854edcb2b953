import type { Policy, PolicyNode } from '../../schema/policy.ts'
import { outcomeParts } from '../say/action.ts'
import { counted } from '../say/duration.ts'
import type { Part, Words } from '../say/words.ts'
import { capital, fill } from '../say/words.ts'
import { bareNode } from './document.ts'
import type { Row } from './rows.ts'
import { rowsOf } from './rows.ts'
import { rowParts, tailParts } from './sentence.ts'

/** One line of an outline: where it stands, and what it says. */
export interface OutlineLine extends Row {
  /** Its own among the lines. */
  readonly key: string
  /** `3`, or `3.1` for what is indented under it; references have none. */
  readonly number: string
  /** A step without where it leads. */
  readonly node?: PolicyNode
  readonly parts: readonly Part[]
  /** What becomes of callers where the step cannot answer: `not known: go on`. Gates only. */
  readonly unknown?: readonly Part[]
}

/** A policy as sentences. Nothing of the document is lost but the order in which exits are drawn stays too. */
export interface Outline {
  /** The document without its nodes. */
  readonly head: Policy
  /** Ids of the nodes as the document orders them. */
  readonly order: readonly string[]
  readonly lines: readonly OutlineLine[]
  /** What happens when time runs out. */
  readonly fallback: readonly Part[]
}

/** Numbers beyond this depth would be longer than they help. */
const deepestNumber = 3

function numberer() {
  const counts: number[] = []
  return ({ type, depth }: Row): string => {
    if (type !== 'step') return ''
    counts.length = Math.min(counts.length, depth + 1)
    while (counts.length <= depth) counts.push(0)
    counts[depth] = (counts[depth] ?? 0) + 1
    return depth < deepestNumber ? counts.join('.') : ''
  }
}

/** A draft's parameters may be too incomplete to be said. */
function orNothing(say: () => Part[], words: Words): Part[] {
  try {
    return say()
  } catch {
    return [{ type: 'text', text: words('nothing') }]
  }
}

/**
 * A policy as sentences in depth-first order. A node met again is a reference; what no call reaches stands at
 * the end. `documentOf` gives the identical document back.
 */
export function outlineOf(policy: Policy, words: Words): Outline {
  const number = numberer()
  const lines = rowsOf(policy).map((row): OutlineLine => {
    const node = Object.hasOwn(policy.nodes, row.id) ? policy.nodes[row.id] : undefined
    const said = orNothing(() => rowParts(row, policy, words), words)
    const line = {
      ...row,
      key:
        row.type === 'step' ? row.id : `${row.from?.step ?? ''} ${row.from?.exits.join(' ') ?? ''}`,
      number: number(row),
      parts: row.depth === 0 ? capital(said) : said,
    }
    if (row.type !== 'step' || !node) return line
    const unknown = row.tails.find(({ exit }) => exit === 'unknown')
    const tail =
      unknown && orNothing(() => tailParts(unknown, policy, { id: row.id, words }), words)
    return { ...line, node: bareNode(node), ...(tail ? { unknown: tail } : {}) }
  })
  const fallback = orNothing(
    () =>
      fill(words('fallback'), {
        budget: counted('milliseconds', policy.budgetMs, words),
        body: outcomeParts(policy.fallback, words),
      }),
    words,
  )
  return { head: { ...policy, nodes: {} }, order: Object.keys(policy.nodes), lines, fallback }
}
