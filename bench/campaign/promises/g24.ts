import { askCrm, connect, envelope, newCallId } from '../tools/bodies.ts'
import type { Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'

/** Ways to write this very machine; a connection to any of them would be seen by the stand-in. */
const loopbacks = (port: string): string[] => [
  `http://127.0.0.1:${port}/`,
  `http://localhost:${port}/`,
  `http://LOCALHOST.:${port}/`,
  `http://2130706433:${port}/`,
  `http://0x7f000001:${port}/`,
  `http://0x7f.1:${port}/`,
  `http://0177.0.0.1:${port}/`,
  `http://127.1:${port}/`,
  `http://0:${port}/`,
  `http://0.0.0.0:${port}/`,
  `http://[::ffff:127.0.0.1]:${port}/`,
  `http://[::ffff:7f00:1]:${port}/`,
  `http://[64:ff9b::127.0.0.1]:${port}/`,
  `http://user:password@127.0.0.1:${port}/`,
]

async function whatIsSeen(
  tools: Tools,
  environment: Readonly<Record<string, string>>,
  use: (crmUrl: string) => Record<string, string>,
): Promise<{ why: string; asked: number }> {
  return onStage(tools, { policies: [askCrm()], environment, start: false }, async (stage) => {
    const { isReady } = await stage.server.start(use(stage.crmUrl))
    // refused at the start is as good
    if (!isReady) return { why: 'no start', asked: 0 }
    const id = newCallId()
    await stage.post(envelope(connect({ id })))
    const { text } = await stage.api(`/api/calls/${id}/decision`)
    // the route answers what its schema says
    const { facts } = JSON.parse(text) as {
      facts: Record<string, { unknown?: string; value?: unknown }>
    }
    const { asked } = await stage.other.ask('crmCounts', undefined)
    const found = facts['crm.found']
    const why = found?.unknown ?? String(found?.value)
    return { why, asked: Object.values(asked).reduce((sum, count) => sum + count, 0) }
  })
}

export const g24: PromiseFile<Tools> = {
  id: 'G24',
  promise: 'A CRM address leads to no private machine unless that was allowed',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'CRM_URL set to this machine in many spellings (decimal, hexadecimal, octal, mapped, with a user), whose CRM stand-in counts what reaches it; a redirect inside; then allowed by OUTGOING_ALLOW. The table of addresses and DNS answers that change is in test/facts/outgoing.test.ts',
    )
    const spellings = loopbacks('0').length
    const chosen =
      size === 'full' ? Array.from({ length: spellings }, (_, index) => index) : [1, 3, 10]
    let refused = 0
    for (const index of chosen) {
      const { why, asked } = await whatIsSeen(tools, {}, (crmUrl) => ({
        CRM_URL: loopbacks(new URL(crmUrl).port)[index] ?? '',
      }))
      trial.check(`${loopbacks('…')[index] ?? ''} is not reached`, asked === 0, asked)
      if (why === 'error' || why === 'no start') refused += 1
    }
    const allowed = await whatIsSeen(tools, { OUTGOING_ALLOW: '127.0.0.1' }, (crmUrl) => ({
      CRM_URL: crmUrl,
    }))
    trial.check(
      'allowed, it is reached (else nothing was shown)',
      allowed.asked === 1 && ['true', 'timeout'].includes(allowed.why),
      allowed,
    )
    await onStage(tools, { policies: [askCrm()], crm: true }, async (stage) => {
      await stage.other.ask('crm', 'redirect')
      await stage.post(envelope(connect()))
      const { asked } = await stage.other.ask('crmCounts', undefined)
      trial.same(
        'requests that a redirect led to',
        Object.values(asked).reduce((sum, count) => sum + count, 0),
        1,
      )
    })
    trial.fault('addresses the server refused to call', refused, chosen.length)
    return trial.verdict()
  },
}
