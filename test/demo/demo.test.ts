import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Place } from './support.ts'
import { eventually, openPlace } from './support.ts'

const patient = 120_000
const address = /http:\/\/127\.0\.0\.1:\d+/
let place: Place

beforeEach(() => {
  place = openPlace()
})
afterEach(() => place.close())

async function listenAnywhere() {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const found = server.address()
  return { server, port: typeof found === 'object' && found ? found.port : 0 }
}

/** The decision's block of lines for a kind of outcome. */
const decided = (kind: string): RegExp =>
  new RegExp(String.raw`^\d\d:\d\d:\d\d  ${kind} .*[\d.]+ of \d+ ms\n {10}.+\n {10}.+$`, 'm')

describe('callgate demo', () => {
  it(
    'prints its address, its token and a decision of every kind, and leaves nothing behind',
    async () => {
      const demo = place.start(['demo'], { ADMIN_TOKEN: 'a-token-of-mine' })
      const [url] = await demo.says(address)
      await demo.says(/API token +a-token-of-mine/)
      for (const kind of ['accept', 'ai_pickup', 'reject', 'voicemail']) {
        const [block] = await demo.says(decided(kind))
        expect(block).toMatch(/\n {10}\S+ → \S+( · \S+ → \S+)* · \S+\n/)
      }
      expect(demo.stdout).toMatch(/First decision shown [\d.]+ s after the start/)
      expect(demo.stdout).toMatch(/done: reject by fallback \(.*: no sound path yet\)/)
      expect(demo.stdout).not.toMatch(/\+\d{9,} →/)

      const headers = { authorization: 'Bearer a-token-of-mine' }
      const calls = await fetch(`${url}/api/calls?direction=inbound`, { headers })
      expect(calls.status).toBe(200)

      const asked = performance.now()
      demo.child.kill('SIGINT')
      const { code } = await demo.ended
      expect(code).toBe(0)
      expect(performance.now() - asked).toBeLessThan(4_000)
      expect(demo.isAlive()).toBe(false)
      expect(place.left()).toEqual([])
      await expect(fetch(`${url}/healthz`)).rejects.toThrow()
    },
    patient,
  )

  it(
    'decides by the copy of a policy that is edited while it runs, and leaves the original alone',
    async () => {
      const original = readFileSync('policies/main-line.json', 'utf8')
      const demo = place.start(['demo'])
      const [, folder = ''] = await demo.says(/policies +(\S+)/)
      await demo.says(decided('accept'))
      const copy = join(folder, 'main-line.json')
      const edited = readFileSync(copy, 'utf8').replace(
        /"text": "Thank you for calling\. Tell us[^"]*"/,
        '"text": "Edited by a newcomer."',
      )
      writeFileSync(copy, edited)
      await demo.says(/Policy main-line is live as release 2-\w+ \(its file was saved\)/)
      writeFileSync(copy, '{ "schema": 1, ')
      await demo.says(/Policy main-line: the file is not valid, so what was live stays/)
      expect(readFileSync('policies/main-line.json', 'utf8')).toBe(original)
    },
    patient,
  )

  it(
    'says that its port is taken and ends with 1',
    async () => {
      const { server, port } = await listenAnywhere()
      const { code, stderr } = await place.run(['demo'], { PORT: String(port) })
      server.close()
      expect(code).toBe(1)
      expect(stderr).toContain(`127.0.0.1:${port} is already in use`)
      expect(place.left()).toEqual([])
    },
    patient,
  )

  it(
    'takes its simulator and its copies along when it is killed, and can be started again',
    async () => {
      const { server, port } = await listenAnywhere()
      await new Promise((resolve) => server.close(resolve))
      const first = place.start(['demo'], { PORT: String(port) })
      await first.says(decided('reject'))
      first.child.kill('SIGKILL')
      await first.ended
      await eventually(() => !first.isAlive(), 'the simulator ends with the demo')
      expect(place.left()).toEqual([])

      const second = place.start(['demo'], { PORT: String(port) })
      await second.says(decided('reject'))
      expect(second.child.pid && process.kill(-second.child.pid, 'SIGKILL')).toBe(true)
      await second.ended
      const none = await place.run(['simulate'])
      expect(none.code).toBe(1)
      expect(none.stderr).toContain('No simulator is running')

      const third = place.start(['demo'], { PORT: String(port) })
      await third.says(decided('reject'))
      third.child.kill('SIGTERM')
      expect((await third.ended).code).toBe(0)
    },
    patient,
  )

  it(
    'ends at once when it is interrupted while it starts',
    async () => {
      const demo = place.start(['demo'])
      await eventually(
        () => place.left().some((name) => name.startsWith('callgate-demo-')),
        'copies',
      )
      demo.child.kill('SIGINT')
      await demo.ended
      await eventually(() => !demo.isAlive() && place.left().length === 0, 'nothing is left')
    },
    patient,
  )

  it(
    'shows its help',
    async () => {
      const { code, stdout } = await place.run(['demo', '--help'])
      expect(code).toBe(0)
      expect(stdout).toMatch(/PORT/)
      expect(stdout).not.toMatch(/demo-simulator/)
    },
    patient,
  )
})
