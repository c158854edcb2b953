import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { lines, policy } from '../tools/bodies.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { until } from '../tools/wait.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'

const good = (text: string) =>
  policy({
    first: {
      kind: 'condition',
      when: { any: [{ fact: 'caller.priority', operator: 'greaterThan', value: 50 }] },
      exits: { yes: 'vip', no: 'no', unknown: 'no' },
    },
    vip: { kind: 'reject', message: { text } },
    no: { kind: 'reject', message: { text } },
  })

type Document = ReturnType<typeof good>

function deep(levels: number): unknown {
  const leaf = { fact: 'caller.known', operator: 'equal', value: true }
  return Array.from({ length: levels }).reduce<unknown>((inner) => ({ all: [inner] }), leaf)
}

const first = (document: Document, change: object): unknown => ({
  ...document,
  nodes: { ...document.nodes, first: { ...(document.nodes['first'] as object), ...change } }, // made above
})

/** Each makes a valid document one that may never go live. */
const spoilers: readonly ((document: Document) => unknown)[] = [
  (document) => first(document, { exits: { yes: 'nowhere', no: 'no' } }),
  (document) => first(document, { exits: { yes: 'first', no: 'no' } }),
  (document) => first(document, { exits: { no: 'no' } }),
  (document) => first(document, { kind: 'oracle' }),
  (document) => first(document, { when: { any: [] } }),
  (document) =>
    first(document, { when: { any: [{ fact: 'caller.mood', operator: 'equal', value: 1 }] } }),
  (document) =>
    first(document, {
      when: { any: [{ fact: 'caller.known', operator: 'matches', value: '.*' }] },
    }),
  (document) =>
    first(document, {
      when: { any: [{ fact: 'caller.priority', operator: 'greaterThan', value: 'x' }] },
    }),
  (document) => first(document, { when: deep(40) }),
  (document) =>
    first(document, {
      when: {
        any: [{ fact: 'caller.known', operator: 'equal', value: true, path: '$.constructor' }],
      },
    }),
  (document) => first(document, { surprise: true }),
  (document) => ({ ...document, start: 'nobody' }),
  (document) => ({ ...document, schema: 99 }),
  (document) => ({ ...document, id: 'another' }),
  (document) => ({ ...document, nodes: {} }),
  (document) => ({ ...document, fallback: { kind: 'reject', silent: true } }),
  (document) => ({
    ...document,
    nodes: { ...document.nodes, no: { kind: 'reject', message: { text: 'x'.repeat(5_000) } } },
  }),
  (document) => ({
    ...document,
    nodes: { ...document.nodes, no: { kind: 'reject', message: { text: '{{crm.tier}}' } } },
  }),
  (document) => [document],
  () => 'a policy',
]

function spoil(index: number): string {
  const document = good(`broken ${index}`)
  const text = JSON.stringify(document, null, 2)
  if (index % 2 === 0) return text.slice(0, Math.floor(Math.random() * (text.length - 2)))
  if (index % 41 === 1) return text.replace('"nodes": {', '"nodes": { "__proto__": {},')
  const spoiler = spoilers[index % spoilers.length]
  return JSON.stringify(spoiler?.(document), null, 2)
}

interface Shown {
  readonly live: { release: string } | null
  readonly problems?: readonly { severity: string; node?: string; line?: number; message: string }[]
}

async function shown(stage: Stage): Promise<Shown | undefined> {
  const { text } = await stage.api('/api/policies')
  // the route answers what its schema says
  const { data } = JSON.parse(text) as { data: (Shown & { id: string })[] }
  return data.find(({ id }) => id === 'campaign')
}

const release = async (stage: Stage): Promise<string> =>
  (await shown(stage))?.live?.release ?? 'none'

async function isNoticed(stage: Stage): Promise<boolean> {
  return ((await shown(stage))?.problems ?? []).some(({ severity }) => severity === 'error')
}

async function writeSpoilt(stage: Stage, trial: Trial, count: number): Promise<number> {
  const before = await release(stage)
  let noticed = 0
  const live: string[] = []
  for (let index = 0; index < count; index += 1) {
    stage.writePolicy('campaign', spoil(index))
    if (await until(() => isNoticed(stage), 1_500, 20)) noticed += 1
    const now = await release(stage)
    if (now !== before) live.push(`file ${index} went live`)
    // right again now and then, so that each problem is seen to come and go
    if (index % 10 === 9) {
      stage.writePolicy('campaign', JSON.stringify(good('good')))
      await until(async () => !(await isNoticed(stage)), 1_500, 20)
    }
  }
  trial.check('none of them went live', live.length === 0, live)
  return noticed
}

export const g20: PromiseFile<Tools> = {
  id: 'G20',
  promise: 'A broken policy file never answers a call; the last good one goes on',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      `Under load, files that are cut off anywhere or broken in one of ${spoilers.length + 1} ways, an empty one, and none at all`,
    )
    await onStage(tools, { policies: [good('good')] }, async (stage) => {
      const { other } = stage
      const count = size === 'full' ? 200 : 24
      const loading = other.ask('load', {
        perSecond: size === 'full' ? 100 : 20,
        seconds: 600,
        lines,
      })
      const noticed = await writeSpoilt(stage, trial, count)
      const { problems = [] } = (await shown(stage)) ?? {}
      trial.check(
        'a problem says where it is',
        problems.every(({ message }) => message !== ''),
        problems,
      )
      stage.writePolicy('campaign', '')
      await until(() => isNoticed(stage), 1_500)
      rmSync(join(stage.policies, 'campaign.json'))
      await new Promise((resolve) => setTimeout(resolve, 500))
      trial.check('without a file the release stays', (await release(stage)) !== 'none')
      stage.writePolicy('campaign', JSON.stringify(good('good again')))
      const isBack = await until(
        async () => (await stage.api('/api/policies/campaign')).text.includes('good again'),
        3_000,
      )
      trial.check('a good file goes live again', isBack)
      await other.ask('stopLoad', undefined)
      const { placed } = await loading
      trial.check('everything is settled in the end', await stage.settled(120_000))
      const { messages } = await other.ask('ledger', undefined)
      trial.same(
        'messages of a broken policy',
        messages.filter(({ text = '' }) => !text.startsWith('good')).length,
        0,
      )
      const journal = stage.journal()
      trial.same(
        'calls without a decision of the policy',
        placed - journal.count("select count(*) from decisions where policy = 'campaign'"),
        0,
      )
      trial.same(
        'decisions by the fallback',
        journal.count("select count(*) from decisions where json_extract(doc, '$.fallback') != 0"),
        0,
      )
      journal.close()
      trial.fault('broken files the server noticed', noticed, count)
      trial.fault('calls meanwhile', placed, count)
    })
    return trial.verdict()
  },
}
