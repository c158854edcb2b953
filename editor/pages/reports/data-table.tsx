import type { ReactNode } from 'react'
import styles from './reports.module.css'

/** A column of a small table: numbers stand at the end, the first names the row. */
export interface DataColumn<Row> {
  readonly head: string
  readonly cell: (row: Row) => ReactNode
  readonly align?: 'end'
  readonly isBar?: boolean
}

interface DataTableProps<Row> {
  readonly label: string
  readonly columns: readonly DataColumn<Row>[]
  readonly rows: readonly Row[]
}

/** Figures as a table: what stands behind a picture. */
export function DataTable<Row>({ label, columns, rows }: DataTableProps<Row>) {
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={styles.bars} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ head, align }) => (
              <th key={head} scope="col" data-align={align}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {columns.map(({ head, cell, align, isBar }, place) =>
                place === 0 ? (
                  <th key={head} scope="row">
                    {cell(row)}
                  </th>
                ) : (
                  <td key={head} data-align={align} className={isBar ? styles.barCell : undefined}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A share of the largest, as a bar; the number stands beside it. */
export function Bar({ value, of, tone }: { value: number; of: number; tone?: 'err' }) {
  const width = of === 0 ? 0 : (100 * value) / of
  return <span className={styles.bar} data-tone={tone} style={{ width: `${width}%` }} aria-hidden />
}
