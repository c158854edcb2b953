import { RateLimiterMemory } from 'rate-limiter-flexible'

const windowSeconds = 15 * 60
/** Wrong tries of one account from one address. */
const triesPerPair = 5
/** Of one account from everywhere, and from one address for all accounts: more, so that nobody locks others out. */
const triesPerAccount = 50
const triesPerAddress = 100

export interface Attempt {
  readonly username: string
  readonly address: string
}

export interface Allowance {
  /** Milliseconds to wait before the next try is looked at; 0 when this one is. */
  readonly waitMs: number
  /** Tries after this one. */
  readonly left: number
}

/** Slows down who guesses passwords; a forgotten one is slowed for a quarter of an hour at most. */
export interface BackOff {
  /** Counts a try before it is looked at, so that many at once are no way around. */
  begin(attempt: Attempt): Promise<Allowance>
  /** The try was half of one, a password whose code is asked for: it does not count, the ones before do. */
  undo(attempt: Attempt): Promise<void>
  /** The try was right: it does not count, nor do the ones before. */
  succeeded(attempt: Attempt): Promise<void>
}

export function createBackOff(): BackOff {
  const limiter = (points: number) => new RateLimiterMemory({ points, duration: windowSeconds })
  const pairs = limiter(triesPerPair)
  const accounts = limiter(triesPerAccount)
  const addresses = limiter(triesPerAddress)
  const keysOf = ({ username, address }: Attempt) => {
    const name = username.toLowerCase()
    return { pair: `${name} ${address}`, name, address }
  }
  return {
    async begin(attempt) {
      const { pair, name, address } = keysOf(attempt)
      const inPair = await pairs.penalty(pair)
      const left = Math.max(0, triesPerPair - inPair.consumedPoints)
      if (inPair.consumedPoints > triesPerPair) return { waitMs: inPair.msBeforeNext, left }
      // a try that is refused counts no further, or one guesser could keep everybody else out
      const fromAddress = await addresses.penalty(address)
      if (fromAddress.consumedPoints > triesPerAddress)
        return { waitMs: fromAddress.msBeforeNext, left }
      const ofAccount = await accounts.penalty(name)
      const isOver = ofAccount.consumedPoints > triesPerAccount
      return { waitMs: isOver ? ofAccount.msBeforeNext : 0, left }
    },
    async undo(attempt) {
      const { pair, name, address } = keysOf(attempt)
      await Promise.all([pairs.reward(pair), accounts.reward(name), addresses.reward(address)])
    },
    async succeeded(attempt) {
      const { pair, name, address } = keysOf(attempt)
      await Promise.all([pairs.delete(pair), accounts.reward(name), addresses.reward(address)])
    },
  }
}
