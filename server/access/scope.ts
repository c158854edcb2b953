import type { Actor } from '../schema/access.ts'
import type { Line } from '../schema/seeds.ts'

/**
 * The lines somebody limited to teams may see. A line nobody declared belongs to the team `main`, so
 * for `main` it is everything but the lines of others.
 */
export type LineScope =
  | { readonly kind: 'only'; readonly lines: readonly string[] }
  | { readonly kind: 'except'; readonly lines: readonly string[] }

const teamOf = (line: Pick<Line, 'team'>): string => line.team ?? 'main'

/** @returns undefined for somebody who may see all teams */
export function lineScope(
  actor: Pick<Actor, 'teams'>,
  lines: readonly Line[],
): LineScope | undefined {
  const { teams } = actor
  if (teams === null) return undefined
  const isOwn = (line: Line) => teams.includes(teamOf(line))
  if (teams.includes('main'))
    return { kind: 'except', lines: lines.filter((line) => !isOwn(line)).map(({ id }) => id) }
  return { kind: 'only', lines: lines.filter(isOwn).map(({ id }) => id) }
}

/** Whether a line is in somebody's scope. */
export function isInScope(scope: LineScope | undefined, line: string): boolean {
  if (scope === undefined) return true
  return scope.lines.includes(line) === (scope.kind === 'only')
}

/** Whether somebody may see what belongs to a team; what belongs to none (null) is everybody's. */
export function seesTeam(actor: Pick<Actor, 'teams'>, team: string | null): boolean {
  return actor.teams === null || team === null || actor.teams.includes(team)
}
