import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { LineScope } from '../../access/scope.ts'
import type { Tables } from '../tables.ts'

/** The calls of the lines that somebody limited to teams may see; all without a scope. */
export const callsIn =
  (scope: LineScope | undefined) =>
  (eb: ExpressionBuilder<Tables, 'calls'>): Expression<SqlBool> =>
    scope === undefined
      ? eb.lit(true)
      : eb('calls.line', scope.kind === 'only' ? 'in' : 'not in', [...scope.lines])

/** The same for leads, by the line of their last call. */
export const leadsIn =
  (scope: LineScope | undefined) =>
  (eb: ExpressionBuilder<Tables, 'leads'>): Expression<SqlBool> =>
    scope === undefined
      ? eb.lit(true)
      : eb('leads.line', scope.kind === 'only' ? 'in' : 'not in', [...scope.lines])
