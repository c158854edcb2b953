/** What crosses between the main thread and a database thread; no SQL does. */
export interface ThreadRequest {
  id: number
  name: string
  input: unknown
}

export type ThreadResponse =
  | { id: number; ok: true; output: unknown }
  | { id: number; ok: false; code: string; message: string }

export interface ThreadData {
  path: string
}

/** SQLite's and our own code of an error, as far as it has one. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'ERROR'
}
