import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Places } from '../children.ts'
import { startCallgate, startPart } from '../children.ts'
import type { Options } from '../options.ts'
import { asPolicy, eightGates } from '../policy-documents.ts'
import type { Section } from '../report.ts'
import { milliseconds } from '../report.ts'
import { median } from '../statistics.ts'
import { asRequest, connectDelivery } from '../webhook/deliveries.ts'
import { load } from '../webhook/open-loop.ts'
import { createWorkspace } from '../workspace.ts'

const mostMs = 300
const patienceMs = 5_000

/** (e) From the rename of a saved policy file to the first call that the new release decides. */
export async function measureReload(places: Places, options: Options): Promise<Section> {
  const graph = await startPart(join(places.built, 'graph-stand-in.js'))
  const policy = asPolicy('eight-gates', eightGates)
  const workspace = createWorkspace([policy], { contacts: 100, graphUrl: graph.url })
  const server = await startCallgate(places, workspace.environment)
  const headers = { authorization: `Bearer ${workspace.environment['ADMIN_TOKEN'] ?? ''}` }

  async function releaseOf(callId: string): Promise<string> {
    const response = await fetch(`${server.url}/api/calls/${callId}/decision`, { headers })
    // as the contract gives it
    return ((await response.json()) as { release: string }).release
  }

  /** Saves a version as editors do, then calls until a call is decided by another release than before. */
  async function save(version: number): Promise<number> {
    const before = await call()
    const file = join(workspace.policies, `${policy.id}.json`)
    writeFileSync(`${file}.tmp`, JSON.stringify({ ...policy, description: `Version ${version}` }))
    renameSync(`${file}.tmp`, file)
    const saved = performance.now()
    for (;;) {
      const at = performance.now()
      if (at - saved > patienceMs) return Number.NaN
      if ((await call()) !== before) return at - saved
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }

  async function call(): Promise<string> {
    const delivery = connectDelivery(Math.floor(Math.random() * 1000))
    await load(server.url, [asRequest(delivery)], { rate: Infinity, connections: 1 })
    return releaseOf(delivery.callId)
  }

  const waits: number[] = []
  try {
    await save(0)
    const saves = options.quick ? 3 : 15
    for (let version = 1; version <= saves; version += 1) waits.push(await save(version))
  } finally {
    await server.stop()
    await graph.stop()
    workspace.remove()
  }
  const values = { median: median(waits), worst: Math.max(...waits) }
  return {
    id: 'reload',
    title: 'A saved policy file',
    columns: ['saves', 'median', 'worst'],
    rows: [
      {
        key: 'reload',
        cells: [String(waits.length), milliseconds(values.median), milliseconds(values.worst)],
        values,
      },
    ],
    targets: [
      {
        text: `the next call uses it in under ${mostMs} ms`,
        met: values.median < mostMs,
        got: milliseconds(values.median),
      },
    ],
    notes: [
      'From the rename to the moment at which the first call that the new release decided was sent.',
    ],
    problems: waits.some(Number.isNaN) ? ['a saved file was not taken up'] : [],
  }
}
