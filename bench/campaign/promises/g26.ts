import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { askCrm, connect, envelope, newCaller } from '../tools/bodies.ts'
import type { Stage, Tools } from '../tools/stage.ts'
import { onStage } from '../tools/stage.ts'
import { until } from '../tools/wait.ts'
import type { PromiseFile } from '../verdict.ts'
import { Trial } from '../verdict.ts'

/** Loaded beside the server (NODE_OPTIONS): on SIGUSR2 it writes what is on the prototypes. */
const probe = (file: string): string => {
  const look = `[Object,Array,String,Number,Function].map((one)=>one.name+':'+Object.keys(one.prototype).join()).join(' ')`
  const text = `import{writeFileSync}from'node:fs';import{isMainThread}from'node:worker_threads';if(isMainThread)process.on('SIGUSR2',()=>writeFileSync(${JSON.stringify(file)},${look}))`
  return `--import=data:text/javascript,${encodeURIComponent(text)}`
}
const clean = 'Object: Array: String: Number: Function:'

const poison =
  '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"prototype":{"polluted":true}'
const poisoned = (body: unknown, at: string): string =>
  JSON.stringify(body).replace(at, `${at}${poison},`)

/** @returns how many requests with such keys were sent */
async function poisonEverything(stage: Stage, rounds: number): Promise<number> {
  let sent = 0
  const bodies = (): string[] => {
    const body = envelope(connect({ from: newCaller() }))
    return [
      poisoned(body, '{'),
      poisoned(body, '"calls":[{'),
      poisoned(body, '"session":{'),
      poisoned(body, '"metadata":{'),
      poisoned(body, '"profile":{'),
    ]
  }
  const document = askCrm()
  const requests: readonly [string, string, string][] = [
    ['POST', '/api/policies/campaign/validate', poisoned(document, '{')],
    ['POST', '/api/policies/campaign/validate', poisoned(document, '"nodes":{')],
    ['PUT', '/api/policies/campaign/draft', poisoned(document, '"exits":{')],
    ['PUT', '/api/policies/__proto__/draft', JSON.stringify(document)],
    ['PUT', '/api/policies/constructor/draft', JSON.stringify({ ...document, id: 'constructor' })],
    ['POST', '/api/policies/campaign/simulate', `{"facts":{${poison}}}`],
    ['POST', '/api/policies/campaign/simulate', `{"case":{"caller":{${poison},"priority":1}}}`],
    ['GET', '/api/calls?__proto__[polluted]=1&constructor[prototype][polluted]=1', ''],
    ['GET', '/api/calls/__proto__', ''],
    ['GET', '/api/policies/__proto__', ''],
  ]
  for (let round = 0; round < rounds; round += 1) {
    for (const body of bodies()) {
      await stage.post(body)
      sent += 1
    }
    for (const [method, path, body] of requests) {
      await stage.api(path, {
        method,
        headers: { 'if-match': '*' },
        ...(body === '' ? {} : { body }),
      })
      sent += 1
    }
    stage.writePolicy(`poison${round}`, poisoned(askCrm(), '"nodes":{'))
  }
  return sent
}

async function prototypes(stage: Stage, file: string): Promise<string> {
  rmSync(file, { force: true })
  process.kill(stage.server.pid, 'SIGUSR2')
  await until(() => existsSync(file), 5_000)
  return existsSync(file) ? readFileSync(file, 'utf8') : 'no answer'
}

export const g26: PromiseFile<Tools> = {
  id: 'G26',
  promise: 'Nothing that is sent or imported can change the prototypes everything shares',
  run: async (tools, size) => {
    const trial = new Trial(
      size,
      'Keys such as __proto__ in webhooks, policies, files, cases, paths, queries and answers of the CRM, while a probe in the process looks at the prototypes; the whole server with Object.prototype frozen',
    )
    const rounds = size === 'full' ? 50 : 3
    await onStage(tools, { policies: [askCrm()], crm: true, start: false }, async (stage) => {
      const file = join(stage.folder, 'prototypes')
      await stage.server.start({ NODE_OPTIONS: probe(file) })
      await stage.other.ask('crm', 'lie')
      trial.same('prototypes at first', await prototypes(stage, file), clean)
      const sent = await poisonEverything(stage, rounds)
      trial.same('prototypes afterwards', await prototypes(stage, file), clean)
      const { status } = await stage.post(envelope(connect()))
      trial.check('a call is decided afterwards', status === 200, status)
      trial.fault('requests with such keys', sent, rounds * 15)
      const { asked } = await stage.other.ask('crmCounts', undefined)
      trial.fault('answers of the CRM with such keys, among others', asked['lie'] ?? 0, 1)
    })
    await onStage(tools, { policies: [askCrm()], crm: true, start: false }, async (stage) => {
      const freeze = 'for(const one of[Object,Array,Function])Object.freeze(one.prototype)'
      const { isReady } = await stage.server.start({
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(freeze)}`,
      })
      const answer = isReady ? await stage.post(envelope(connect())) : undefined
      trial.figure('with frozen prototypes', answer ? `answers ${answer.status}` : 'does not start')
    })
    return trial.verdict()
  },
}
