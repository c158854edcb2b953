import { connect, envelope, newCallId, policy } from '../tools/bodies.ts'
import type { CrmMode } from '../tools/crm-stand-in.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'

const branching = policy({
  spam: {
    kind: 'velocity',
    scope: 'caller',
    limit: 3,
    windowMinutes: 10,
    exits: { exceeded: 'bye', within: 'mix', unknown: 'bye' },
  },
  mix: {
    kind: 'condition',
    when: {
      any: [
        {
          all: [
            { fact: 'caller.priority', operator: 'greaterThan', value: 50 },
            { not: { fact: 'caller.tags', operator: 'contains', value: 'rude' } },
          ],
        },
        { fact: 'caller.country', operator: 'in', value: ['FR', 'DE', 'US'] },
      ],
    },
    exits: { yes: 'crm', no: 'half', unknown: 'half' },
  },
  crm: { kind: 'crm', deadlineMs: 80, exits: { found: 'tier', missing: 'half', unknown: 'half' } },
  tier: {
    kind: 'switch',
    fact: 'caller.tier',
    exits: { gold: 'gold', default: 'half', unknown: 'half' },
  },
  half: { kind: 'split', percent: 50, exits: { in: 'left', out: 'right' } },
  gold: { kind: 'reject', message: { text: 'gold' } },
  left: { kind: 'reject', message: { text: 'left' } },
  right: { kind: 'reject', message: { text: 'right' } },
  bye: { kind: 'reject', silent: true, reason: 'too many' },
})

const pick = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)] as T // never empty

function randomCase() {
  const unknown = (value: unknown): unknown => (Math.random() < 0.15 ? 'unknown' : value)
  return {
    at: new Date(1.75e12 + Math.floor(Math.random() * 5e10)).toISOString(),
    call: { id: newCallId() },
    caller: `+1631${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}`,
    facts: {
      'caller.priority': unknown(Math.floor(Math.random() * 100)),
      'caller.tags': unknown(pick([[], ['rude'], ['vip'], ['rude', 'vip']])),
      'caller.country': unknown(pick(['FR', 'US', 'JP', ''])),
      'caller.tier': unknown(pick(['gold', 'silver', 'none'])),
      'velocity.caller.10m': unknown(Math.floor(Math.random() * 6)),
      'crm.found': unknown(pick([true, false])),
    },
  }
}

/** Without how long facts took: that is no part of what was decided. */
const comparable = (text: string): string => text.replaceAll(/"ms":[\d.]+,?/g, '')

async function tryTwice(stage: Stage, trial: Trial, count: number): Promise<void> {
  const cases = Array.from({ length: count }, randomCase)
  const simulate = async (one: object): Promise<string> =>
    comparable(
      (await stage.api('/api/policies/campaign/simulate', { method: 'POST', body: { case: one } }))
        .text,
    )
  const serial: string[] = []
  for (const one of cases) serial.push(await simulate(one))
  const parallel: string[] = []
  for (let from = 0; from < cases.length; from += 50)
    parallel.push(...(await Promise.all(cases.slice(from, from + 50).map(simulate))))
  const different = serial.filter((text, index) => text !== parallel[index])
  trial.same('decided differently in parallel than one by one', different.length, 0)
  trial.check(
    'every case was decided',
    serial.every((text) => text.includes('"outcome"')),
    serial[0],
  )
  trial.figure(
    'nodes that decided',
    new Set(serial.map((text) => /"node":"(\w+)"/.exec(text)?.[1])).size,
  )
  trial.fault('random sets of facts', serial.length, count)
}

interface Live {
  readonly at: string
  readonly node: string
  readonly path: unknown
  readonly facts: Record<string, { value?: unknown; unknown?: string }>
}

/** What live calls saw, given to the engine again, is decided again. */
async function tryLive(stage: Stage, trial: Trial, count: number): Promise<void> {
  const modes: readonly CrmMode[] = ['well', 'missing', 'slow120', 'well', 'error', 'well']
  const different: unknown[] = []
  for (let times = 0; times < count; times += 1) {
    await stage.other.ask('crm', modes[times % modes.length] ?? 'well')
    const id = newCallId()
    const from = `1631${String(5_000_000 + Math.floor(times / 2)).padStart(7, '0')}`
    await stage.post(envelope(connect({ id, from })))
    // the route answers what its schema says
    const live = JSON.parse((await stage.api(`/api/calls/${id}/decision`)).text) as Live
    const facts = Object.fromEntries(
      Object.entries(live.facts).map(([name, seen]) => [
        name,
        'value' in seen ? seen.value : 'unknown',
      ]),
    )
    const body = { case: { at: live.at, call: { id }, caller: `+${from}`, facts } }
    const { text } = await stage.api('/api/policies/campaign/simulate', { method: 'POST', body })
    const again = JSON.parse(text) as Partial<Live> // as above
    if (again.node !== live.node || JSON.stringify(again.path) !== JSON.stringify(live.path))
      different.push({ live: live.node, again: again.node ?? text })
  }
  trial.check(
    'live decisions are reproduced from the facts they saw',
    different.length === 0,
    different,
  )
  trial.fault('live decisions reproduced', count - different.length, count)
}

export const g22: PromiseFile<Tools> = {
  id: 'G22',
  promise: 'The same facts, release and time give the same decision',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'Random facts, unknown ones among them, decided one by one and 50 at a time; live calls decided again from the facts in their journal',
    )
    await onStage(tools, { policies: [branching], crm: true }, async (stage) => {
      await tryTwice(stage, trial, size === 'full' ? 10_000 : 300)
      await tryLive(stage, trial, size === 'full' ? 300 : 24)
    })
    return trial.verdict()
  },
}
