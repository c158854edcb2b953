import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { message, Outbox, reject } from './outbox.ts'
import type { StandIn } from './stand-in.ts'
import { openStandIn } from './stand-in.ts'

const rounds = 10

let outbox: Outbox
let provider: StandIn
beforeAll(async () => {
  outbox = await Outbox.open()
  provider = await openStandIn()
})
afterAll(async () => {
  await provider.close()
  await outbox.close()
})

const victim = fileURLToPath(new URL('./victim.ts', import.meta.url))

function start(): { kill(): Promise<void> } {
  const args = ['--import', 'tsx', victim, outbox.path, provider.url]
  const child = spawn(process.execPath, args, { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    kill: () => {
      child.kill('SIGKILL')
      return ended
    },
  }
}

it('sends no message twice, however often it is killed', { timeout: 180_000 }, async () => {
  for (let round = 0; round < rounds; round += 1) {
    // the last answer never comes: the process dies between claim and result
    let onSent: () => void = () => undefined
    const arrived = new Promise<void>((resolve) => (onSent = resolve))
    provider.script = ({ key }, attempt) => {
      const dies = key === `message-${round}` || (key === `reject-${round}` && attempt === 1)
      if (key === `message-${round}`) onSent()
      return dies ? new Promise(() => undefined) : { outcome: 'done' }
    }
    await outbox.insert([
      outbox.row(reject, { key: `reject-${round}`, deadlineInMs: 600_000 }),
      outbox.row(message(), { key: `message-${round}`, deadlineInMs: 600_000 }),
    ])
    const child = start()
    await arrived
    await expect.poll(() => provider.sent.some(({ key }) => key === `reject-${round}`)).toBe(true)
    await child.kill()
  }
  provider.script = () => ({ outcome: 'done' })
  const last = start()
  const stateOf = async (type: string) =>
    (
      await outbox.read.selectFrom('actions').select('state').where('type', '=', type).execute()
    ).map(({ state }) => state)
  await expect
    .poll(() => stateOf('reject'), { timeout: 30_000 })
    .toEqual(Array(rounds).fill('done'))
  await last.kill()
  const messages = provider.of('message').map(({ key }) => key)
  expect(messages).toHaveLength(rounds)
  expect(new Set(messages).size).toBe(rounds)
  expect(await stateOf('message')).toEqual(Array(rounds).fill('uncertain'))
})
