import { createCrm } from '../../server/facts/crm.ts'
import { createOutgoing } from '../../server/facts/outgoing.ts'
import { systemClock } from '../../server/clock.ts'
import { openForReading } from '../../server/db/open.ts'
import { createFacts } from '../../server/facts/facts.ts'
import { createVelocity } from '../../server/facts/velocity.ts'
import { compile } from '../../server/policy/compile.ts'
import { walk } from '../../server/policy/evaluate.ts'
import { asPolicy, installation } from '../policy-documents.ts'
import { gatesOf } from '../evaluation/sizes.ts'
import { quantile } from '../statistics.ts'
import { phoneOf } from '../webhook/deliveries.ts'

/** Microseconds from a parsed signal to its walk: who calls, what is known of them, the policy. */
export interface GrowthRound {
  readonly p50: number
  readonly p99: number
  /** Milliseconds of CPU a decision. */
  readonly cpu: number
}

const [, , path = '', gates = '8', callers = '1000', decisions = '3000'] = process.argv
const measured = Number(decisions)
const warmUp = measured >> 1

const db = openForReading(path)
const outgoing = createOutgoing({ allow: [] })
const crm = createCrm({ url: undefined, token: undefined, outgoing, clock: systemClock })
const facts = createFacts({
  db,
  installation: () => installation,
  velocity: createVelocity(),
  crm,
  clock: systemClock,
})
const compiled = compile(asPolicy('bench', gatesOf(Number(gates))), installation)

async function decide(serial: number): Promise<void> {
  // nine in ten have called or are in the address book
  const caller = Math.floor(Math.random() * Number(callers) * 1.1)
  const arrivedMono = systemClock.monotonic()
  const book = await facts.open(
    {
      call: {
        ref: `new${serial}`,
        line: '106540352200000',
        media: 'voice',
        at: systemClock.now(),
      },
      channel: 'whatsapp',
      callId: `wacid.new${process.pid}.${serial}`,
      party: { phone: `+${phoneOf(caller)}`, address: phoneOf(caller), profileName: 'Caller' },
      arrivedMono,
    },
    (fact) => compiled.deadlineOf(fact),
  )
  const walked = walk(compiled, book.read)
  book.close()
  if (walked.kind !== 'walked') throw new Error('the walk waits')
}

for (let serial = 0; serial < warmUp; serial += 1) await decide(serial)
const single: number[] = []
const before = process.cpuUsage()
for (let serial = 0; serial < measured; serial += 1) {
  const start = performance.now()
  await decide(warmUp + serial)
  single.push((performance.now() - start) * 1000)
}
const { user, system } = process.cpuUsage(before)
await db.destroy()
const result: GrowthRound = {
  p50: quantile(single, 0.5),
  p99: quantile(single, 0.99),
  cpu: (user + system) / measured / 1000,
}
process.send?.(result)
process.disconnect?.()
