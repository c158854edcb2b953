/** Longer words are not compared, nor more of them: the work grows with all three. */
const longest = 80
const mostCandidates = 1000

/**
 * Edit distance with neighbouring letters swapped counted as one (optimal string alignment).
 * Gives up, with `limit`, when it cannot be less.
 */
function distance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let best = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
      )
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1)
      row.push(best)
    }
    if (Math.min(...row, ...last) >= limit) return limit
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}

/**
 * The known word nearest to a mistyped one.
 * @returns undefined when nothing is near: more than a third of the letters would have to change.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > longest) return undefined
  const wanted = word.toLowerCase()
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1
  let candidates = 0
  for (const candidate of known) {
    if (++candidates > mostCandidates) break
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue
    const found = distance(wanted, candidate.toLowerCase(), bestDistance)
    if (found < bestDistance) [best, bestDistance] = [candidate, found]
  }
  return best
}

/** `Did you mean "x"? ` or nothing, to stand before the rest of a hint. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const found = nearest(word, known)
  return found === undefined ? '' : `Did you mean "${found}"? `
}
