import type { Paint } from '../terminal.ts'

type Mark = ' ' | '-' | '+'
export interface DiffLine {
  readonly mark: Mark
  readonly text: string
}

/** Longest common subsequence, from the end: `lengths[i][j]` of what follows i and j. */
function commonLengths(a: readonly string[], b: readonly string[]): number[][] {
  const lengths = Array.from({ length: a.length + 1 }, () =>
    new Array<number>(b.length + 1).fill(0),
  )
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = lengths[i]
      if (!row) continue
      const below = lengths[i + 1]
      row[j] =
        a[i] === b[j] ? (below?.[j + 1] ?? 0) + 1 : Math.max(below?.[j] ?? 0, row[j + 1] ?? 0)
    }
  return lengths
}

/** Lists longer than this are shown one after the other: comparing them would take long. */
const longest = 2000

/** What has to go from `expected` (`-`) and what came instead (`+`), in order. */
export function diff(expected: readonly string[], actual: readonly string[]): DiffLine[] {
  const line = (mark: Mark) => (text: string) => ({ mark, text })
  if (expected.length > longest || actual.length > longest)
    return [...expected.map(line('-')), ...actual.map(line('+'))]
  const lengths = commonLengths(expected, actual)
  const lines: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < expected.length && j < actual.length) {
    const [gone, come] = [expected[i] ?? '', actual[j] ?? '']
    if (gone === come) {
      lines.push({ mark: ' ', text: gone })
      i++
      j++
    } else if ((lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0)) {
      lines.push({ mark: '-', text: gone })
      i++
    } else {
      lines.push({ mark: '+', text: come })
      j++
    }
  }
  return [...lines, ...expected.slice(i).map(line('-')), ...actual.slice(j).map(line('+'))]
}

const colours = { ' ': 'dim', '-': 'red', '+': 'green' } as const

export function diffLines(lines: readonly DiffLine[], paint: Paint): string[] {
  return lines.map(({ mark, text }) => paint(colours[mark], `${mark} ${text}`))
}
