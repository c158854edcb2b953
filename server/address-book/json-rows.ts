import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** An entry of a JSON list. */
export interface JsonRow {
  /** Where it begins, counted from 1. */
  readonly line: number
  readonly value: unknown
}

/** Where a file stops being JSON. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError'
  readonly line: number
  readonly column: number

  constructor(place: { line: number; column: number }, message: string) {
    super(message)
    this.line = place.line
    this.column = place.column
  }
}

/** An entry longer than this is none of an address book. */
const longestEntry = 1_000_000

/** Cuts a list into the texts of its entries without reading all of it. */
class ListCutter {
  #state: 'before' | 'between' | 'entry' | 'after' = 'before'
  #mayEnd = true
  #depth = 0
  #inString = false
  #isEscaped = false
  #text = ''
  #line = 1
  #column = 0
  #start = { line: 1, column: 1 }

  /** To be called after the last text. */
  end(): void {
    if (this.#state !== 'after') throw this.#wrong('the list is not closed; a ] is missing')
  }

  *push(text: string): Generator<JsonRow> {
    for (const character of text) {
      if (character === '\n') {
        this.#line++
        this.#column = 0
      } else this.#column++
      const row = this.#take(character)
      if (row) yield row
    }
  }

  #take(character: string): JsonRow | undefined {
    const isSpace = /[\s\uFEFF]/.test(character)
    switch (this.#state) {
      case 'before':
        if (character === '[') this.#state = 'between'
        else if (!isSpace) throw this.#wrong('a list [ … ] is expected')
        return undefined
      case 'between':
        if (isSpace) return undefined
        if (character === ']' && this.#mayEnd) this.#state = 'after'
        else this.#begin(character)
        return undefined
      case 'entry':
        return this.#inEntry(character)
      case 'after':
        if (!isSpace) throw this.#wrong('something follows the end of the list')
        return undefined
    }
  }

  #begin(character: string): void {
    this.#state = 'entry'
    this.#text = ''
    this.#depth = 0
    this.#inString = false
    this.#start = { line: this.#line, column: this.#column }
    this.#inEntry(character)
  }

  #inEntry(character: string): JsonRow | undefined {
    if (this.#inString) {
      if (this.#isEscaped) this.#isEscaped = false
      else if (character === '\\') this.#isEscaped = true
      else if (character === '"') this.#inString = false
    } else if (character === '"') this.#inString = true
    else if (character === '{' || character === '[') this.#depth++
    else if (this.#depth === 0 && (character === ',' || character === ']'))
      return this.#finish(character)
    else if (character === '}' || character === ']') this.#depth--
    this.#text += character
    if (this.#text.length > longestEntry) throw this.#wrong('this entry is too long')
    return undefined
  }

  #finish(character: string): JsonRow {
    this.#state = character === ',' ? 'between' : 'after'
    this.#mayEnd = false
    try {
      const value: unknown = JSON.parse(this.#text)
      return { line: this.#start.line, value }
    } catch {
      throw new JsonSyntaxError(this.#start, 'the entry that begins here is no JSON')
    }
  }

  #wrong(message: string): JsonSyntaxError {
    return new JsonSyntaxError({ line: this.#line, column: Math.max(1, this.#column) }, message)
  }
}

/**
 * The entries of a JSON list, one by one.
 * @throws JsonSyntaxError where the file stops being a list
 */
export async function* jsonRows(source: Readable): AsyncGenerator<JsonRow> {
  const decoder = new StringDecoder('utf8')
  const cutter = new ListCutter()
  for await (const chunk of source as AsyncIterable<Buffer>)
    yield* cutter.push(decoder.write(chunk))
  yield* cutter.push(decoder.end())
  cutter.end()
}
