import type { LineScope } from '../../access/scope.ts'
import type { LeadWeights } from '../../schema/lead-score.ts'
import type { ScorePreview } from '../../schema/lead-work.ts'
import type { Db } from '../open.ts'
import type { ScoredRow } from './leads.ts'
import { leadsOf, scoreOf } from './leads.ts'
import { leadsIn } from './line-scope.ts'

/** Leads read at once. */
const pieceSize = 2_000

interface Ranked {
  readonly id: number
  readonly score: number
}

/** The warmest first, as the list has them. */
const byScore = (a: Ranked, b: Ranked): number => b.score - a.score || b.id - a.id

async function* openLeads(db: Db, scope: LineScope | undefined) {
  for (let after = 0; ;) {
    const rows: (ScoredRow & { person_id: number; score: number })[] = await db
      .selectFrom('leads')
      .select(['person_id', 'score', 'attempts', 'opened_at', 'last_call_at', 'after_message'])
      .select(['opened_link', 'is_contact', 'priority', 'tier'])
      .where(leadsIn(scope))
      .where('state', '=', 'open')
      .where('status', 'in', ['new', 'assigned', 'contacted'])
      .where('person_id', '>', after)
      .orderBy('person_id')
      .limit(pieceSize)
      .execute()
    yield rows
    if (rows.length < pieceSize) return
    after = rows.at(-1)?.person_id ?? 0
  }
}

/** The top of the open leads as it is, and as it would be under other weights. */
export async function previewScores(
  db: Db,
  input: { weights: LeadWeights; top: number; scope?: LineScope | undefined },
): Promise<ScorePreview> {
  let now: Ranked[] = []
  let then: Ranked[] = []
  let leads = 0
  let changed = 0
  const best = (ranked: Ranked[]) => ranked.sort(byScore).slice(0, input.top)
  for await (const rows of openLeads(db, input.scope)) {
    const scored = rows.map((row) => ({ row, score: scoreOf(row, input.weights).score }))
    leads += rows.length
    changed += scored.filter(({ row, score }) => row.score !== score).length
    now = best([...now, ...rows.map((row) => ({ id: row.person_id, score: row.score }))])
    then = best([...then, ...scored.map(({ row, score }) => ({ id: row.person_id, score }))])
  }
  const places = new Map(now.map(({ id }, index) => [id, index + 1]))
  const ids = (ranked: Ranked[]) => ranked.map(({ id }) => id)
  const shown = await leadsOf(db, { personIds: ids(then), weights: input.weights })
  const scores = new Map(then.map(({ id, score }) => [id, score]))
  return {
    leads,
    changed,
    now: await leadsOf(db, { personIds: ids(now) }),
    then: shown.map((lead) => ({
      ...lead,
      score: scores.get(lead.personId) ?? lead.score,
      was: places.get(lead.personId) ?? null,
    })),
  }
}
