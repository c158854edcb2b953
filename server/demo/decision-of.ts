import type { DecisionView } from '../schema/decision.ts'
import { decisionViewSchema } from '../schema/decision.ts'
import type { SimulatorState } from './state-file.ts'

const patienceMs = 5_000

/** The decision of a call, where the simulator knows its server and may ask it. */
export async function decisionOf(
  server: SimulatorState['server'],
  callId: string,
): Promise<DecisionView | undefined> {
  if (!server || callId === '') return undefined
  try {
    const response = await fetch(`${server.url}/api/calls/${encodeURIComponent(callId)}/decision`, {
      headers: { authorization: `Bearer ${server.token}` },
      signal: AbortSignal.timeout(patienceMs),
    })
    const parsed = decisionViewSchema.safeParse(await response.json())
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
