import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseWebhook } from './channels/whatsapp/webhook.ts'
import type { Context } from './context.ts'
import { createCrm } from './facts/crm.ts'
import { createFacts } from './facts/facts.ts'
import { createOutgoing } from './facts/outgoing.ts'
import { createVelocity } from './facts/velocity.ts'
import { decide } from './gatekeeper/decide.ts'
import { plan } from './gatekeeper/plan.ts'
import type { LiveRelease } from './gatekeeper/release.ts'
import { zoneOfFact } from './policy/memory-facts.ts'

const turns = 200
const mostMs = 400

/** A call that nobody makes: the number is one that is kept for fiction, the line has no policy but `*`. */
function madeUpCall(turn: number): Uint8Array {
  const phone = `1202555${String(1000 + turn).slice(-4)}`
  const call = {
    id: `warm-up-${turn}`,
    from: phone,
    to: '12025550100',
    event: 'connect',
    timestamp: '1700000000',
    direction: 'USER_INITIATED',
    session: { sdp_type: 'offer', sdp: 'v=0\r\n' },
  }
  const metadata = { display_phone_number: '12025550100', phone_number_id: 'warm-up' }
  const contacts = [{ profile: { name: 'Nobody' }, wa_id: phone }]
  const value = { messaging_product: 'whatsapp', metadata, contacts, calls: [call] }
  const entry = [{ id: 'warm-up', changes: [{ field: 'calls', value }] }]
  return Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry }))
}

/**
 * Takes made-up calls through reading, facts, policy and message, so that the first real ones do not
 * wait for code to be read and compiled (50 to 170 ms otherwise). It reads the database and writes,
 * counts and sends nothing, and asks no CRM. The writer's thread rehearses its part meanwhile.
 */
export async function warmUp(context: Context): Promise<void> {
  const deciding = rehearseDecisions(context)
  const writing = context.writer.rehearse().catch((err: unknown) => {
    context.log.warn({ err }, 'the rehearsal of commits failed; the first calls may take longer')
  })
  await Promise.all([deciding, writing])
}

async function rehearseDecisions(context: Context): Promise<void> {
  const { clock, db, log } = context
  const installation = context.installation.current()
  const lines = ['warm-up', ...installation.lines.map((line) => line.id)]
  const releases = lines.flatMap((line) => context.releases.forLine(line) ?? [])
  const outgoing = createOutgoing({ allow: [] })
  const crm = createCrm({ url: undefined, token: undefined, outgoing, clock })
  const velocity = createVelocity()
  const facts = createFacts({ db, installation: () => installation, velocity, crm, clock })

  async function call(turn: number, live: LiveRelease): Promise<void> {
    const parsed = parseWebhook(madeUpCall(turn))
    const signal = parsed.ok ? parsed.signals[0] : undefined
    if (signal?.kind !== 'call_offered') throw new Error('the made-up call cannot be read')
    const at = clock.now()
    const arrivedMono = clock.monotonic()
    const ref = `warm-up-${turn}`
    const { channel, callId, from, line, media } = signal
    const book = await facts.open(
      { call: { ref, line, media, at }, channel, callId, party: from, arrivedMono },
      (fact) => live.compiled.deadlineOf(fact),
    )
    const decided = await decide({
      compiled: live.compiled,
      release: live.release,
      book,
      clock,
      arrivedMono,
      obstacle: (outcome) => (outcome.kind === 'reject' ? undefined : 'no_media'),
      onError: (error) => {
        throw error
      },
    })
    plan({
      decided,
      callId,
      ref,
      to: from,
      offeredAt: at,
      now: at,
      team: null,
      canBlock: false,
      render: {
        fact: (name) => book.read(name),
        callRef: ref,
        installation,
        zoneOf: (name) => zoneOfFact(name, book.caller, installation),
      },
    })
    book.close()
  }

  const start = clock.monotonic()
  try {
    for (let turn = 0; turn < turns && clock.monotonic() - start < mostMs; turn += 1) {
      const live = releases[turn % releases.length]
      if (!live) break
      await call(turn, live)
      await nextTurn()
    }
  } catch (err) {
    log.warn({ err }, 'the warm-up failed; the first calls may take longer')
  } finally {
    await outgoing.close()
  }
}
