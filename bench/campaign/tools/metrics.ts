/** What `/metrics` said, by name and labels as they stand there. */
export class Metrics {
  readonly #values = new Map<string, number>()

  constructor(text: string) {
    for (const line of text.split('\n')) {
      if (line.startsWith('#')) continue
      const space = line.lastIndexOf(' ')
      if (space > 0) this.#values.set(line.slice(0, space), Number(line.slice(space + 1)))
    }
  }

  /** The sum over everything whose name and labels begin and contain so. */
  sum(name: string, ...labels: readonly string[]): number {
    let sum = 0
    for (const [key, value] of this.#values)
      if (key.split('{')[0] === name && labels.every((label) => key.includes(label))) sum += value
    return sum
  }
}
