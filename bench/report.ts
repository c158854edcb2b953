/** One line of a table: its cells, and the numbers they are made of. */
export interface Measured {
  readonly key: string
  readonly cells: readonly string[]
  readonly values: Readonly<Record<string, number>>
}

export interface Target {
  readonly text: string
  readonly met: boolean
  readonly got: string
}

/** One part of the bench. */
export interface Section {
  readonly id: string
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly Measured[]
  readonly targets: readonly Target[]
  readonly notes: readonly string[]
  /** Something that makes the figures worthless; the bench then ends with 1. */
  readonly problems: readonly string[]
}

export const microseconds = (us: number): string =>
  us < 10 ? `${us.toFixed(2)} µs` : us < 1000 ? `${us.toFixed(0)} µs` : milliseconds(us / 1000)
export const milliseconds = (ms: number): string =>
  ms < 10 ? `${ms.toFixed(2)} ms` : `${ms.toFixed(0)} ms`
export const times = (ratio: number): string =>
  Number.isFinite(ratio) ? (ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0)) : '–'

/** A section in Markdown, which reads well on a terminal too. */
export function sectionText(section: Section): string {
  const table = [
    section.columns,
    section.columns.map(() => '---'),
    ...section.rows.map((row) => row.cells),
  ]
  const widths = section.columns.map((_, column) =>
    Math.max(...table.map((cells) => cells[column]?.length ?? 0)),
  )
  const lines = table.map(
    (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  )
  return [
    `## ${section.title}`,
    '',
    ...lines,
    '',
    ...section.targets.map(
      ({ text, met, got }) => `- ${met ? 'met' : '**missed**'} (${got}): ${text}`,
    ),
    ...section.notes.map((note) => `- ${note}`),
    ...section.problems.map((problem) => `- PROBLEM: ${problem}`),
    '',
  ].join('\n')
}
