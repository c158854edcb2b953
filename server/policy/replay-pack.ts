import type { FactSeen } from '../schema/facts.ts'
import type { PackedCalls } from '../schema/replay.ts'
import type { PastCall, PastWay } from './replay.ts'

/** A past call with the name it is shown by. */
export interface NamedCall extends PastCall {
  readonly name?: string | undefined
}

/** Things of which each stands once. */
function table<T>(keyOf: (one: T) => string) {
  const places = new Map<string, number>()
  const all: T[] = []
  const place = (one: T): number => {
    const key = keyOf(one)
    const known = places.get(key)
    if (known !== undefined) return known
    places.set(key, all.length)
    all.push(one)
    return all.length - 1
  }
  return { all, place }
}

const itself = (text: string): string => text

/** Packs calls one by one; what they were waited for is left out, as it decides nothing again. */
export function createPack() {
  const names = table(itself)
  const values = table<FactSeen>((seen) => JSON.stringify(seen))
  const ways = table<PastWay>((way) => JSON.stringify(way))
  const lines = table(itself)
  const releases = table<string | null>((release) => JSON.stringify(release))
  const calls: PackedCalls['calls'] = []
  const plain = (seen: FactSeen): FactSeen =>
    'unknown' in seen
      ? { unknown: seen.unknown, source: seen.source, ms: 0 }
      : { value: seen.value, source: seen.source, ms: 0 }
  return {
    add(call: NamedCall): void {
      const { ref, at, media, phone, userId, name } = call
      calls.push({
        ref,
        at,
        line: lines.place(call.line),
        release: releases.place(call.release),
        way: ways.place(call.way),
        ...(media === 'video' ? { video: true as const } : {}),
        ...(phone === undefined ? {} : { phone }),
        ...(userId === undefined ? {} : { userId }),
        ...(name === undefined ? {} : { name }),
        facts: Object.entries(call.facts).flatMap(([fact, seen]) => [
          names.place(fact),
          values.place(plain(seen)),
        ]),
      })
    },
    packed: (): PackedCalls => ({
      names: names.all,
      values: values.all,
      ways: ways.all.map((way) => ({ ...way, path: [...way.path] })),
      lines: lines.all,
      releases: releases.all,
      calls,
    }),
  }
}

/** The calls that were packed, in their order. Places that do not exist are left out. */
export function unpack(packed: PackedCalls): NamedCall[] {
  const { names, values, ways, lines, releases } = packed
  return packed.calls.flatMap(({ line, release, way, video, facts, ...call }) => {
    const [lineName, wayTaken] = [lines[line], ways[way]]
    if (lineName === undefined || wayTaken === undefined) return []
    const known: Record<string, FactSeen> = {}
    for (let at = 0; at + 1 < facts.length; at += 2) {
      const name = names[facts[at] ?? -1]
      const seen = values[facts[at + 1] ?? -1]
      if (name !== undefined && seen !== undefined) known[name] = seen
    }
    return [
      {
        ...call,
        line: lineName,
        media: video ? ('video' as const) : ('voice' as const),
        release: releases[release] ?? null,
        way: wayTaken,
        facts: known,
      },
    ]
  })
}
