import { GatekeeperError } from '../errors.ts'
import type { Releases } from '../releases/releases.ts'

/** The lines a document names, as far as it is one. */
export function numbersIn(document: unknown): string[] {
  if (typeof document !== 'object' || document === null || !('numbers' in document)) return []
  const { numbers } = document
  return Array.isArray(numbers) ? numbers.filter((number) => typeof number === 'string') : []
}

/** The lines that a policy, as it is live and as its draft is, is for; undefined for one that is not there. */
export function policyNumbers(releases: Releases): (id: string) => readonly string[] | undefined {
  return (id) => {
    try {
      const { live, draft } = releases.get(id)
      return [...new Set([...numbersIn(live?.document), ...numbersIn(draft.document)])]
    } catch (error) {
      if (error instanceof GatekeeperError) return undefined
      throw error
    }
  }
}
