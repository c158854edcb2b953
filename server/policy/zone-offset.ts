import { IANAZone } from 'luxon'

export const dayMs = 86_400_000

/** A span of instants, `[from, to)` in epoch milliseconds, over which a zone's offset stays the same. */
export interface OffsetSpan {
  readonly from: number
  readonly to: number
  /** Milliseconds to add to an instant to get its local wall clock. */
  readonly offset: number
}

const blockMs = 4 * dayMs
const spansByZone = new Map<string, Map<number, readonly OffsetSpan[]>>()
const mostCachedBlocks = 1000

/**
 * The span of constant offset, at most four days long, that holds an instant.
 * A lookup in the zone data takes microseconds, so what was found is remembered in blocks of four days.
 */
export function offsetSpanAt(zone: string, at: number): OffsetSpan {
  const block = Math.floor(at / blockMs)
  const blocks = cachedBlocks(zone)
  let spans = blocks.get(block)
  if (!spans) {
    if (blocks.size >= mostCachedBlocks) blocks.clear()
    spans = offsetSpansOf(zone, block)
    blocks.set(block, spans)
  }
  return spans.find((span) => at < span.to) ?? { from: at, to: at + blockMs, offset: 0 }
}

function cachedBlocks(zone: string): Map<number, readonly OffsetSpan[]> {
  let blocks = spansByZone.get(zone)
  if (!blocks) {
    blocks = new Map()
    spansByZone.set(zone, blocks)
  }
  return blocks
}

/**
 * From 1990 on no zone has changed its clock twice within a week (the least is 7 days, in Brazil in
 * 2000; a scan of the zone data 2025c), so the two ends of a block tell whether it changes within.
 */
function offsetSpansOf(zone: string, block: number): OffsetSpan[] {
  const from = block * blockMs
  const to = from + blockMs
  const before = lookUpOffset(zone, from)
  const after = lookUpOffset(zone, to)
  const change = before === after ? to : changeBetween(zone, from, to)
  if (change === to) return [{ from, to, offset: before }]
  return [
    { from, to: change, offset: before },
    { from: change, to, offset: after },
  ]
}

/** The instant, a whole second after `from` and not after `to`, from which on the offset differs from that at `from`. */
function changeBetween(zone: string, from: number, to: number): number {
  const before = lookUpOffset(zone, from)
  let same = from / 1000
  let different = to / 1000
  while (different - same > 1) {
    const middle = Math.floor((same + different) / 2)
    if (lookUpOffset(zone, middle * 1000) === before) same = middle
    else different = middle
  }
  return different * 1000
}

function lookUpOffset(zone: string, at: number): number {
  const minutes = IANAZone.create(zone).offset(at)
  return Number.isNaN(minutes) ? 0 : Math.round(minutes * 60_000)
}

/** Whether a local date, counted in days from 1970-01-01, took place: a zone that crosses the date line skips one. */
export function dateExists(zone: string, dayNumber: number): boolean {
  const noon = dayNumber * dayMs + dayMs / 2
  const offsets = [noon - dayMs, noon + dayMs].map((at) => offsetSpanAt(zone, at).offset)
  if (offsets[0] === offsets[1]) return true
  return offsets.some((offset) => offsetSpanAt(zone, noon - offset).offset === offset)
}
