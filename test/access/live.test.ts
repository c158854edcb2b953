import { expect, test } from 'vitest'
import { line } from '../gatekeeper/support.ts'
import { ask, bearer, callOn, newToken, southLine, startTeams } from './support.ts'

test('the live feed tells each team of its own calls', async () => {
  const bench = await startTeams()
  const stop = new AbortController()
  try {
    const follow = async (teams: string[] | null) => {
      const { secret } = await newToken(bench, { role: 'agent', teams })
      const response = await ask(bench, '/api/live', {
        headers: bearer(secret),
        signal: stop.signal,
      })
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      return async (until: string) => {
        let text = ''
        while (!text.includes(until)) {
          const part = await reader?.read()
          if (!part || part.done) throw new Error('the feed ended')
          text += part.value
        }
        return text
      }
    }
    const [north, all] = [await follow(['north']), await follow(null)]
    await callOn(bench, southLine, '12125550111')
    const southRef = await refOn(southLine)
    await callOn(bench, line, '12125550112')
    const northRef = await refOn(line)
    const told = await north(northRef)
    expect(told).not.toContain(southRef)
    expect(told).not.toContain('"team":"south"')
    const everything = await all(northRef)
    expect(everything).toContain(southRef)
  } finally {
    stop.abort()
    await bench.close()
  }

  async function refOn(which: string): Promise<string> {
    const calls = bench.server.context.db.selectFrom('calls').select('ref')
    return (await calls.where('line', '=', which).executeTakeFirstOrThrow()).ref
  }
})
