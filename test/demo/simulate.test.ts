import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Place, Running } from './support.ts'
import { openPlace } from './support.ts'

const patient = 120_000
const summarySchema = z.object({
  calls: z.int(),
  ends: z.record(z.string(), z.int()),
  webhooks: z.object({
    statuses: z.record(z.string(), z.int()),
    p50: z.number(),
    p99: z.number(),
  }),
  messages: z.int(),
  failures: z.int(),
})
const sum = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0)

let place: Place
let demo: Running

beforeAll(async () => {
  place = openPlace()
  demo = place.start(['demo'])
  await demo.says(/^\d\d:\d\d:\d\d {2}reject/m)
}, patient)
afterAll(() => place.close())

const simulate = (...args: string[]) => place.run(['simulate', ...args])

describe('callgate simulate, beside a demo', () => {
  it(
    'tells what one caller experiences and why',
    async () => {
      const { code, stdout } = await simulate('--from', '+447700900124', '--line', 'Main line')
      expect(code).toBe(0)
      expect(stdout).toMatch(/\+447700900124 dials Main line/)
      expect(stdout).toMatch(/rejected, after \d+ ms of ringing/)
      expect(stdout).toMatch(/a message:\n +╭─+╮\n( +│ .+ │\n)+/)
      expect(stdout).toMatch(
        /why {2}[A-Z].+, so the policy .+\.\n {7}how {2}main-line: \w+ \(.+\) by \w+ \| blocked → no · .+ of 150 ms/,
      )
      await demo.says(/\+44•••••24 → Main line/)
    },
    patient,
  )

  it(
    'places a hundred calls and accounts for every one',
    async () => {
      const { code, stdout } = await simulate('--count', '100', '--rate', '50', '--json')
      const summary = summarySchema.parse(JSON.parse(stdout))
      expect(summary.calls).toBe(100)
      expect(sum(summary.ends)).toBe(100)
      expect(sum(summary.webhooks.statuses)).toBe(100)
      expect(summary.webhooks.p50).toBeLessThanOrEqual(summary.webhooks.p99)
      expect(summary.messages).toBeGreaterThan(0)
      expect(code).toBe(summary.failures === 0 ? 0 : 1)
    },
    patient,
  )

  it(
    'shows many calls as a table that adds up, and faults do not multiply them',
    async () => {
      const faults = ['--fault', 'duplicate=1', '--fault', 'terminateFirst=0.3']
      const { stdout } = await simulate('--count', '20', '--rate', '40', ...faults)
      const table = stdout.slice(0, stdout.indexOf('webhooks answered'))
      const counts = [...table.matchAll(/ (\d+)$/gm)].map(([, count]) => Number(count))
      expect(counts.pop()).toBe(20)
      expect(counts.reduce((total, count) => total + count, 0)).toBe(20)
      expect(table).toMatch(/caller hung up before an answer/)
    },
    patient,
  )

  it(
    'stops the one who calls again and again',
    async () => {
      const caller = ['--from', '+447700900777', '--count', '7', '--rate', '20']
      const { stdout } = await simulate(...caller, '--json')
      expect(summarySchema.partial().parse(JSON.parse(stdout)).calls).toBe(7)
      await demo.says(/\+44•••••77 → Main line.*\n.*spam → exceeded · hold/)
    },
    patient,
  )

  it(
    'calls without a number, and writes',
    async () => {
      const hidden = await simulate(
        '--from',
        '+447700900125',
        '--username-only',
        '--line',
        'Berlin',
      )
      expect(hidden.stdout).toMatch(/service-hours:/)
      await demo.says(/no number → Service Berlin/)
      const written = await simulate('--from', '+447700900125', '--no-call', '--write', 'Good day')
      expect(written.stdout).toMatch(/writes: Good day\n.*the server has it/)
    },
    patient,
  )

  it(
    'finds a simulator by its address, and says when there is none',
    async () => {
      const none = await simulate('--simulator', 'http://127.0.0.1:9')
      expect(none.code).toBe(1)
      expect(none.stderr).toMatch(/no simulator answers/)
    },
    patient,
  )

  it.each([
    [['--from', '12'], /--from: expected a phone number/],
    [['--count', 'many'], /--count: expected a whole number/],
    [['--fault', 'fire=1'], /there is no fault fire/],
    [['--fault', 'duplicate=2'], /expected a chance from 0 to 1/],
    [['--switch', 'callee=perhaps'], /perhaps is no value of it/],
    [['--scenario', 'friday'], /Allowed choices are monday-morning, steady/],
    [['--line', 'Nowhere'], /There is no line Nowhere\. Lines: .*Main line/],
    [['--no-call'], /say with --write/],
    [['--tomorrow'], /unknown option/],
  ])(
    'refuses wrong use: %j',
    async (args, said) => {
      const { code, stderr, stdout } = await simulate(...args)
      expect(code).toBe(2)
      expect(stderr).toMatch(said)
      expect(stdout).toBe('')
    },
    patient,
  )

  it(
    'lists scenarios, faults and switches, a line each',
    async () => {
      const { stdout } = await simulate('--list')
      expect(stdout).toMatch(/monday-morning {2,}\S/)
      expect(stdout).toMatch(/duplicate {2,}\S/)
      expect(stdout).toMatch(/terminateStatus {2,}.*\(upper\)/)
    },
    patient,
  )
})

describe('callgate simulate --serve', () => {
  it(
    'plays Meta for a server that is started by hand',
    async () => {
      const apart = openPlace()
      try {
        const meta = apart.start(['simulate', '--serve', '--port', '0'], { PORT: '1' })
        const [text] = await meta.says(/ {2}META_GRAPH_URL[^]*npm start/)
        expect(text).toMatch(/META_APP_SECRET=\S+/)
        const { stdout, code } = await apart.run(['simulate', '--hang-up-after', '200'])
        expect(stdout).toMatch(/the server does not answer the webhook; is it running\?/)
        expect(code).toBe(1)
        meta.child.kill('SIGINT')
        expect((await meta.ended).code).toBe(0)
        expect(apart.left()).toEqual([])
      } finally {
        apart.close()
      }
    },
    patient,
  )
})
