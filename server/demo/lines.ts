import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { lineSchema } from '../schema/seeds.ts'
import type { LineOptions } from '../simulator/options.ts'
import type { Line } from '../simulator/world.ts'

/** A line that nobody named when there are no seeds. */
const lonelyLine: LineOptions = {
  id: '106540352242922',
  display: '+1 631 555 3601',
  verifiedName: 'Main line',
}

/** The lines of WhatsApp in the seeds, for the simulator; one where there are none. */
export async function linesOfSeeds(seedsDir: string): Promise<LineOptions[]> {
  const text = await readFile(join(seedsDir, 'numbers.json'), 'utf8').catch(() => '[]')
  const parsed = z.array(z.unknown()).safeParse(parseJson(text))
  const lines = (parsed.success ? parsed.data : []).flatMap((entry) => {
    const line = lineSchema.safeParse(entry)
    if (!line.success || line.data.channel !== 'whatsapp') return []
    const { id, display, name } = line.data
    return [{ id, display: display ?? `+${id}`, verifiedName: name ?? display ?? id }]
  })
  return lines.length > 0 ? lines : [lonelyLine]
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return []
  }
}

/** No line is called so. */
export class UnknownLine extends Error {
  override readonly name = 'UnknownLine'
}

const squeezed = (text: string): string => text.toLowerCase().replace(/[\s().+-]/g, '')

/** The line of that id, number or name, or the only one whose name has it as a part. */
function findLine(all: readonly Line[], wanted: string): Line | undefined {
  const text = squeezed(wanted)
  const exact = all.find((line) =>
    [line.id, line.digits, line.verifiedName].map(squeezed).includes(text),
  )
  const alike = all.filter((line) => squeezed(line.verifiedName).includes(text))
  return exact ?? (alike.length === 1 ? alike[0] : undefined)
}

/**
 * The phone-number id of a line given by id, number or name; the first line when none is given.
 * @throws UnknownLine
 */
export function lineIdFor(lines: ReadonlyMap<string, Line>, wanted: string | undefined): string {
  const all = [...lines.values()]
  const found = wanted === undefined ? all[0] : findLine(all, wanted)
  if (found) return found.id
  const known = all.map(({ id, display, verifiedName }) => `${id} (${display}, ${verifiedName})`)
  throw new UnknownLine(`There is no line ${wanted ?? ''}. Lines: ${known.join('; ')}.`)
}
