import type { Agent } from '../../schema/seeds.ts'
import { agentSchema } from '../../schema/seeds.ts'
import type { Db } from '../open.ts'
import type { Auditor } from './audit.ts'
import { audit } from './audit.ts'
import type { FeedEvent } from './feed.ts'
import { insertEvent } from './feed.ts'

export interface SetAgentInput {
  readonly agentId: string
  readonly status?: Agent['status'] | undefined
  readonly callEnabled?: boolean | undefined
  /** ISO. */
  readonly at: string
  readonly by: Auditor
}

/** Sets an agent's status; from then on the seed file does not. @returns undefined when there is none */
export async function setAgent(
  trx: Db,
  input: SetAgentInput,
): Promise<{ agent: Agent; events: FeedEvent[] } | undefined> {
  const record = trx.selectFrom('records').select('doc').where('kind', '=', 'agent')
  const row = await record.where('key', '=', input.agentId).executeTakeFirst()
  const known = row && agentSchema.safeParse(JSON.parse(row.doc)).data
  if (!known) return undefined
  const agent: Agent = {
    ...known,
    ...(input.status === undefined ? {} : { status: input.status }),
    ...(input.callEnabled === undefined ? {} : { callEnabled: input.callEnabled }),
  }
  await trx
    .updateTable('records')
    .set({ doc: JSON.stringify(agent), edited_at: input.at, updated_at: input.at })
    .where('kind', '=', 'agent')
    .where('key', '=', input.agentId)
    .execute()
  const { id, teams, status, callEnabled } = agent
  await audit(trx, {
    at: input.at,
    by: input.by,
    operation: 'setAgentStatus',
    subject: id,
    before: { status: known.status, callEnabled: known.callEnabled },
    after: { status, callEnabled },
  })
  const [team = null, ...others] = teams
  const event = await insertEvent(trx, {
    type: 'agent.status',
    at: input.at,
    team: others.length === 0 ? team : null,
    doc: { agent: id, teams, status, callEnabled },
  })
  return { agent, events: [event] }
}
