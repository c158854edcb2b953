import { problemLines, seedProblemLine } from '../problem-lines.ts'
import type { Paint } from '../terminal.ts'
import { count, harmless, note, paintFor, printLine } from '../terminal.ts'
import { diff, diffLines } from './diff.ts'
import { errorsOf, testReport } from './failures.ts'
import type { DecidedCase, PolicyRun, TestRun } from './run.ts'

const indented = (lines: readonly string[]): string[] => lines.map((line) => `      ${line}`)

function outcomeLines({ expected, actual }: DecidedCase): string[] {
  const same = expected.outcome === actual.outcome
  return [
    `    outcome  expected ${expected.outcome}, actual ${actual.outcome}${same ? ' (same)' : ''}`,
  ]
}

function pathLines({ expected, actual }: DecidedCase, paint: Paint): string[] {
  if (!expected.path || expected.path.join('\n') === actual.path.join('\n')) return []
  const lines = diffLines(diff(expected.path, actual.path), paint)
  return ['    path     (- expected, + actual)', ...indented(lines)]
}

function messageLines({ expected, actual }: DecidedCase, paint: Paint): string[] {
  if (expected.message === undefined || expected.message === actual.message) return []
  const lines = (text: string | undefined) =>
    text === undefined ? ['(no message)'] : text.split('\n').map(harmless)
  const found = diffLines(diff(lines(expected.message), lines(actual.message)), paint)
  return ['    message  (- expected, + actual)', ...indented(found)]
}

function unknownLines({ expected, actual }: DecidedCase): string[] {
  if (expected.unknown === undefined) return []
  const names = (list: readonly string[]) => [...list].sort().join(', ') || 'none'
  if (names(expected.unknown) === names(actual.unknown)) return []
  return [`    unknown  expected ${names(expected.unknown)}, actual ${names(actual.unknown)}`]
}

function takenLines({ steps, actual }: DecidedCase): string[] {
  const lines = steps.map(({ node, exit }) =>
    exit === null ? `${node} (${actual.outcome})` : `${node} → ${exit}`,
  )
  return ['    path taken', ...indented(lines)]
}

function failureLines(policy: string, decided: DecidedCase, paint: Paint): string[] {
  return [
    `${paint('red', 'FAIL')} ${paint('bold', `${policy}: ${harmless(decided.name)}`)}`,
    `    ${paint('dim', decided.place)}`,
    ...outcomeLines(decided),
    ...pathLines(decided, paint),
    ...messageLines(decided, paint),
    ...unknownLines(decided),
    ...takenLines(decided),
    `    why      ${harmless(decided.why)}`,
  ]
}

function mutationLines({ mutation }: PolicyRun, paint: Paint): string[] {
  if (!mutation) return []
  const { score, killed, mutants, equivalent, survivors } = mutation
  const without = equivalent > 0 ? `, ${count(equivalent, 'other')} can change no call` : ''
  return [
    `     mutation score ${score} %: the cases notice ${killed} of ${count(mutants, 'fault')}${without}`,
    ...survivors.map(({ node, change }) =>
      paint('dim', `     no case notices: ${node}: ${harmless(change)}`),
    ),
  ]
}

function policyLines(run: PolicyRun, paint: Paint): string[] {
  const { policy, cases, coverage } = run
  const errors = errorsOf(run)
  const problems = run.problems.flatMap((problem) => problemLines(problem, paint))
  if (errors.length > 0)
    return [
      `${paint('red', 'FAIL')} ${paint('bold', policy)}: ${count(errors.length, 'error')}, no case was decided`,
      ...problems,
    ]
  const failed = cases.filter(({ passed }) => !passed)
  const passed = cases.length - failed.length
  const share = coverage.exits === 0 ? 100 : Math.floor((100 * coverage.reached) / coverage.exits)
  const verdict = failed.length === 0 ? paint('green', 'ok  ') : paint('red', 'FAIL')
  return [
    ...failed.flatMap((decided) => failureLines(policy, decided, paint)),
    ...problems,
    `${verdict} ${paint('bold', policy)}: ${passed} of ${count(cases.length, 'case')} passed, ` +
      `${coverage.reached} of ${count(coverage.exits, 'exit')} reached (${share} %)`,
    ...(coverage.unreached.length > 0 && cases.length > 0
      ? [
          paint(
            'dim',
            `     no case reached: ${coverage.unreached.map(({ node, exit }) => `${node} → ${exit}`).join(', ')}`,
          ),
        ]
      : []),
    ...mutationLines(run, paint),
  ]
}

/** Prints what failed and why, what no case reached, and a summary. */
export async function printTests(run: TestRun, seedsDir: string): Promise<void> {
  const paint = paintFor(process.stdout)
  for (const problem of run.seedProblems) note(seedProblemLine(problem, seedsDir))
  for (const policy of run.policies)
    for (const line of policyLines(policy, paint)) await printLine(line)
  const { passed, failed } = testReport(run)
  await printLine(paint(failed > 0 ? 'red' : 'green', `${passed} passed, ${failed} failed`))
}
