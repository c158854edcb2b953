import type { Diagnostic } from '@codemirror/lint'
import { findNodeAtLocation } from 'jsonc-parser'
import { treeOf } from '../../../server/policy/validate/json-text.ts'
import type { Problem } from '../../../server/schema/problem.ts'

/** Where a problem stands in a text: at its place in the document, at its line, or at the beginning. */
function spanOf(problem: Problem, text: string, tree: ReturnType<typeof treeOf>) {
  const { path, line, column = 1 } = problem
  for (let depth = path.length; depth > 0 && tree; depth -= 1) {
    const node = findNodeAtLocation(tree, path.slice(0, depth))
    if (!node) continue
    // a whole step underlined says nothing: its name does
    const shown =
      node.type === 'object' && node.parent?.children?.[0] ? node.parent.children[0] : node
    return { from: shown.offset, to: shown.offset + shown.length }
  }
  if (line === undefined) return { from: 0, to: Math.min(1, text.length) }
  const begins = text.split('\n').slice(0, line - 1)
  const from = begins.reduce((sum, one) => sum + one.length + 1, 0) + column - 1
  const place = Math.max(0, Math.min(from, text.length - 1))
  return { from: place, to: Math.min(place + 1, text.length) }
}

/** Problems as marks in the text they are about. */
export function diagnosticsOf(problems: readonly Problem[], text: string): Diagnostic[] {
  const tree = treeOf(text)
  return problems
    .map((problem): Diagnostic => ({
      ...spanOf(problem, text, tree),
      severity: problem.severity,
      message: `${problem.message} ${problem.hint}`,
    }))
    .sort((a, b) => a.from - b.from)
}
