import { ArrowDown, ArrowUp } from 'lucide-react'
import type { KeyboardEvent, ReactNode } from 'react'
import { useEffect, useRef } from 'react'
import { isTyping, singleLetters } from '../shell/single-letters.ts'
import styles from './parts.module.css'

/** A column: what it is called and what it shows of a row. */
export interface Column<Row> {
  readonly key: string
  readonly head: ReactNode
  readonly cell: (row: Row) => ReactNode
  /** Numbers stand at the end. */
  readonly align?: 'end'
  readonly width?: number | string
  /** Can be sorted by. */
  readonly sorts?: boolean
}

export interface Sorting {
  readonly by: string
  readonly order: 'asc' | 'desc'
}

interface TableProps<Row> {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly onOpen?: (row: Row) => void
  /** Key of the row that is open beside the table. */
  readonly chosen?: string | undefined
  readonly sorting?: Sorting
  readonly onSort?: (sorting: Sorting) => void
  /** A row has the focus now. */
  readonly onFocus?: (row: Row) => void
  /** Other keys on a row. @returns whether it was one */
  readonly onKey?: (key: string, row: Row) => boolean
}

function Head<Row>({
  column,
  sorting,
  onSort,
}: Pick<TableProps<Row>, 'sorting' | 'onSort'> & { column: Column<Row> }) {
  const isSorted = sorting?.by === column.key
  const Arrow = sorting?.order === 'asc' ? ArrowUp : ArrowDown
  const next = isSorted && sorting?.order === 'desc' ? 'asc' : 'desc'
  return (
    <th
      scope="col"
      data-align={column.align}
      style={{ width: column.width }}
      aria-sort={isSorted ? (sorting?.order === 'asc' ? 'ascending' : 'descending') : undefined}
    >
      {column.sorts && onSort ? (
        <button
          type="button"
          className={styles.sort}
          onClick={() => onSort({ by: column.key, order: next })}
        >
          {column.head}
          {isSorted && <Arrow size={13} aria-hidden />}
        </button>
      ) : (
        column.head
      )}
    </th>
  )
}

/** A list of things of one kind: `J` and `K` move, `Enter` opens. */
export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, rows, keyOf, onOpen, chosen, sorting, onSort, onKey, onFocus } = props
  const body = useRef<HTMLTableSectionElement>(null)
  const move = (steps: number) => {
    const all = [...(body.current?.rows ?? [])]
    const at = all.findIndex((row) => row === document.activeElement)
    all[Math.min(all.length - 1, Math.max(0, at + steps))]?.focus()
  }
  useEffect(() => {
    if (!onOpen) return
    const onLetter = (event: globalThis.KeyboardEvent) => {
      if (isTyping(event) || !singleLetters.isOn()) return
      if (event.key === 'j') move(1)
      if (event.key === 'k') move(-1)
    }
    window.addEventListener('keydown', onLetter)
    return () => window.removeEventListener('keydown', onLetter)
  }, [onOpen])
  const onRowKey = (event: KeyboardEvent, row: Row) => {
    if (event.target !== event.currentTarget) return
    if (event.key === 'Enter') onOpen?.(row)
    else if (event.key === 'ArrowDown') move(1)
    else if (event.key === 'ArrowUp') move(-1)
    else if (!singleLetters.isOn() || isTyping(event.nativeEvent)) return
    else if (!onKey?.(event.key.toLowerCase(), row)) return
    event.preventDefault()
  }
  return (
    <div className={styles.tableWrap}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.key} column={column} sorting={sorting} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row) => (
            <tr
              key={keyOf(row)}
              className={styles.row}
              data-opens={onOpen ? '' : undefined}
              tabIndex={onOpen || onKey ? 0 : undefined}
              aria-selected={chosen === keyOf(row) || undefined}
              onClick={onOpen && (() => onOpen(row))}
              onFocus={onFocus && ((event) => event.target === event.currentTarget && onFocus(row))}
              onKeyDown={(event) => onRowKey(event, row)}
            >
              {columns.map((column) => (
                <td key={column.key} data-align={column.align}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Two lines in one cell: the name, and what it is about. */
export function TwoLines({ first, second }: { first: ReactNode; second?: ReactNode }) {
  return (
    <span className={styles.two}>
      <strong className="given">{first}</strong>
      {second && <span className="given">{second}</span>}
    </span>
  )
}
