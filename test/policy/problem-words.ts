import type { Problem } from '../../server/schema/problem.ts'

/** Problems as a user reads them, for a file that a change of the words shows up in. */
export function inWords(what: string, problems: readonly Problem[]): string {
  const lines = problems.flatMap(
    ({ severity, code, node, path, line, column, message, hint, proof }) => [
      `  ${severity} ${code} at ${path.join('.') || '-'} (${node ?? '-'}${line === undefined ? '' : `, ${line}:${column ?? '-'}`})`,
      `    ${message}`,
      `    ${hint}`,
      ...(proof ? [`    ${JSON.stringify(proof)}`] : []),
    ],
  )
  return [what, ...lines, ''].join('\n')
}
