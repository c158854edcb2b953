import { connect, envelope, newCallId, policy } from '../tools/bodies.ts'
import type { Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { until } from '../tools/wait.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'

/** Names a caller may give themselves, and what may be left of them in a message. */
const names: readonly { given: string; expected?: string }[] = [
  { given: '{{call.id}}', expected: '{{call.id}}' },
  { given: '{{ caller.phone }}', expected: '{{ caller.phone }}' },
  { given: '{{caller.name}}', expected: '{{caller.name}}' },
  { given: '${7*7}', expected: '${7*7}' },
  { given: '{{7*7}}', expected: '{{7*7}}' },
  { given: '<img src=x onerror=alert(1)>', expected: '<img src=x onerror=alert(1)>' },
  { given: '__proto__', expected: '__proto__' },
  { given: 'constructor', expected: 'constructor' },
  {
    given: '{{constructor.constructor("return process")()}}',
    expected: '{{constructor.constructor("return process")()}}',
  },
  { given: '%s %d %j', expected: '%s %d %j' },
  { given: "'; drop table calls; --", expected: "'; drop table calls; --" },
  { given: '$& $1 $$', expected: '$& $1 $$' },
  { given: 'Da\u200bna\u200d', expected: 'Dana' },
  { given: '\u202eanaD\u202c', expected: 'anaD' },
  { given: '\u2066Dana\u2069', expected: 'Dana' },
  { given: 'Da\u0000na\u0007' },
  { given: 'Dana\nYour code is 123456' },
  { given: 'x'.repeat(10_000) },
  { given: '🦄'.repeat(3_000) },
]

const trickery = /[\u0000-\u001f\u007f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/

export const g25: PromiseFile<Tools> = {
  id: 'G25',
  promise:
    'What callers call themselves is text: it expands nothing, hides nothing and is kept short',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      `Calls by people with ${names.length} hostile names, into a message that greets them by name, as Graph got it`,
    )
    const greet = policy({
      no: { kind: 'reject', message: { text: 'Hello [{{caller.name | default: "you"}}]' } },
    })
    await onStage(tools, { policies: [greet] }, async (stage) => {
      const refs = new Map<string, (typeof names)[number]>()
      for (const name of names) {
        const id = newCallId()
        const { status } = await stage.post(envelope(connect({ id, name: name.given })))
        trial.check('the call is accepted', status === 200, {
          status,
          name: name.given.slice(0, 40),
        })
        const { text } = await stage.api(`/api/calls/${id}`)
        refs.set((JSON.parse(text) as { data: { ref: string } }).data.ref, name) // as the route's schema says
      }
      const got = async () => (await stage.other.ask('ledger', undefined)).messages
      trial.check(
        'every message came to Graph',
        await until(async () => (await got()).length >= names.length, 20_000),
      )
      let seen = 0
      for (const { key = '', text = '' } of await got()) {
        const name = refs.get(key.split(':')[0] ?? '')
        const shown = /^Hello \[(.*)\]$/su.exec(text)?.[1]
        if (!name || shown === undefined) {
          trial.check('a message greets by name', false, { key, text: text.slice(0, 100) })
          continue
        }
        seen += 1
        if (name.expected !== undefined)
          trial.check('the name stands as given', shown === name.expected, {
            given: name.given,
            shown,
          })
        trial.check(
          'no hidden or turning characters',
          !trickery.test(shown),
          JSON.stringify(shown.slice(0, 60)),
        )
        trial.check('a name is short', [...shown].length <= 300, [...shown].length)
      }
      trial.fault('hostile names in messages', seen, names.length)
    })
    return trial.verdict()
  },
}
