import { join } from 'node:path'
import type { Problem } from '../schema/problem.ts'
import type { SeedProblem } from '../seeds/file.ts'
import { shownPath } from './files.ts'
import type { Paint } from './terminal.ts'
import { harmless } from './terminal.ts'

const shownFacts = 8

function proofOf(proof: Record<string, unknown>): string {
  const facts = Object.entries(proof).map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
  const rest = facts.length - shownFacts
  return harmless(facts.slice(0, shownFacts).join(', ')) + (rest > 0 ? ` and ${rest} more` : '')
}

/** A problem as compilers write it: `file:line:column severity code [node] message`, then what to do. */
export function problemLines(problem: Problem, paint: Paint): string[] {
  const { file = '', line = 1, column = 1, severity, code, node, proof } = problem
  const place = paint('bold', harmless(`${file}:${line}:${column}`))
  const kind = paint(severity === 'error' ? 'red' : 'yellow', severity)
  const message = harmless(`${node === undefined ? '' : `[${node}] `}${problem.message}`)
  return [
    `${place} ${kind} ${code} ${message}`,
    `    ${paint('cyan', 'hint:')} ${harmless(problem.hint)}`,
    ...(proof && Object.keys(proof).length > 0
      ? [`    ${paint('cyan', 'for example:')} ${proofOf(proof)}`]
      : []),
  ]
}

/** A seed record that was left out, in one line. */
export function seedProblemLine(problem: SeedProblem, dir: string): string {
  const { line, column, index, field, expected } = problem
  const place = line === undefined ? '' : `:${line}:${column ?? 1}`
  const record = index === undefined ? '' : ` record ${index}`
  const what = `${record}${field ? `, ${field}` : ''}: expected ${expected}`
  return harmless(`${shownPath(join(dir, problem.file))}${place} warning${what}`)
}
