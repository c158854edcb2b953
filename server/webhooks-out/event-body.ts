import type { WebhookEventRow } from '../db/tables.ts'

type Part = Pick<WebhookEventRow, 'id' | 'type' | 'at' | 'data' | 'personal'>

/** What an endpoint is sent: the event, with the person's data whole only where it receives numbers. */
export function eventBody({ id, type, at, data, personal }: Part, isWhole: boolean) {
  // written by the command that queues events alone
  const told = JSON.parse(data) as Record<string, unknown>
  const person = told['person']
  const isKnown = typeof person === 'object' && person !== null
  const whole =
    isWhole && personal !== null && isKnown
      ? { ...told, person: { ...person, ...(JSON.parse(personal) as object) } }
      : told
  return { type, timestamp: at, sequence: id, data: whole }
}
