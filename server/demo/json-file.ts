import { readFileSync } from 'node:fs'

/** A JSON file's content; undefined when it is absent or no JSON. */
export function readJson(path: string): unknown {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return value
  } catch {
    return undefined
  }
}
