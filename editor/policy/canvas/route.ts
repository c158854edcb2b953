import type { Point } from '../document/ladder.ts'

export interface Ends {
  readonly from: Point
  readonly to: Point
  /** How it leaves: below, or to the end side. */
  readonly leaves: 'down' | 'end'
  /** How it arrives: from above, or at the start side. */
  readonly arrives: 'top' | 'start'
}

const radius = 12
const gap = 24
/** An arrow this little off its mark is drawn straight. */
const levelWithin = 6

/** Corners of a right-angled way. Long ways run in the gutters between columns and rows. */
function corners({ from, to, leaves, arrives }: Ends): Point[] {
  if (leaves === 'down') {
    if (arrives === 'top' && to.y > from.y + 1 && to.y - from.y < 80) {
      const middle = (from.y + to.y) / 2
      return Math.abs(from.x - to.x) < 1
        ? []
        : [
            { x: from.x, y: middle },
            { x: to.x, y: middle },
          ]
    }
    const low = from.y + gap
    if (arrives === 'start')
      return [
        { x: from.x, y: low },
        { x: to.x - gap, y: low },
        { x: to.x - gap, y: to.y },
      ]
    const side = Math.max(from.x, to.x) + 150
    const high = to.y - gap
    return [
      { x: from.x, y: low },
      { x: side, y: low },
      { x: side, y: high },
      { x: to.x, y: high },
    ]
  }
  if (arrives === 'start') {
    const near = from.x + 16
    const far = to.x - gap
    if (far - near < 130)
      return Math.abs(from.y - to.y) < 1
        ? []
        : [
            { x: far, y: from.y },
            { x: far, y: to.y },
          ]
    const between = to.y > from.y ? to.y - 61 : to.y + 61
    if (Math.abs(from.y - to.y) < 40)
      return [
        { x: far, y: from.y },
        { x: far, y: to.y },
      ]
    return [
      { x: near, y: from.y },
      { x: near, y: between },
      { x: far, y: between },
      { x: far, y: to.y },
    ]
  }
  const out = Math.max(from.x, to.x + 130) + 16
  const high = to.y - gap
  return [
    { x: out, y: from.y },
    { x: out, y: high },
    { x: to.x, y: high },
  ]
}

/** The way as an SVG path with rounded corners, and its middle. */
export function routeOf(given: Ends): { path: string; middle: Point } {
  const { from, to, leaves } = given
  const isLevel = leaves === 'end' && Math.abs(from.y - to.y) < levelWithin
  const ends = isLevel ? { ...given, to: { x: to.x, y: from.y } } : given
  const points = [ends.from, ...corners(ends), ends.to]
  let path = `M${ends.from.x},${ends.from.y}`
  for (let index = 1; index < points.length - 1; index += 1) {
    const [before, at, next] = [points[index - 1], points[index], points[index + 1]]
    if (!before || !at || !next) continue
    const reach = (other: Point) => Math.hypot(other.x - at.x, other.y - at.y)
    const bend = Math.min(radius, reach(before) / 2, reach(next) / 2)
    const towards = (other: Point): Point => {
      const length = reach(other) || 1
      return {
        x: at.x + ((other.x - at.x) / length) * bend,
        y: at.y + ((other.y - at.y) / length) * bend,
      }
    }
    const [enter, leave] = [towards(before), towards(next)]
    path += `L${enter.x},${enter.y}Q${at.x},${at.y} ${leave.x},${leave.y}`
  }
  path += `L${ends.to.x},${ends.to.y}`
  const half = Math.floor((points.length - 1) / 2)
  const [a, b] = [points[half] ?? ends.from, points[half + 1] ?? ends.to]
  return { path, middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } }
}
