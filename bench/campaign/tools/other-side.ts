import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { onCleanUp } from './cleanup.ts'
import type { Answer, Argument, QuestionName, Response } from './other-side-messages.ts'

interface Waiting {
  resolve(output: unknown): void
  reject(error: Error): void
}

/** The other side's process, asked by message. */
export class OtherSide {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  readonly #undo: () => Promise<void>
  #nextId = 1

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'other-side-process.ts'), [], {
      execArgv: ['--import', import.meta.resolve('tsx')],
      serialization: 'advanced',
    })
    this.#undo = onCleanUp(() => void this.#child.kill('SIGKILL'))
    this.#child.on('message', (response: Response) => {
      const waiting = this.#waiting.get(response.id)
      this.#waiting.delete(response.id)
      if (response.error === undefined) waiting?.resolve(response.output)
      else waiting?.reject(new Error(`the other side: ${response.error}`))
    })
    this.#child.once('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the other side has ended'))
      this.#waiting.clear()
    })
  }

  ask<N extends QuestionName>(name: N, input: Argument<N>): Promise<Answer<N>> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      // the process answers what `Questions` says
      this.#waiting.set(id, { resolve: (output) => resolve(output as Answer<N>), reject })
      this.#child.send({ id, name, input })
    })
  }

  async close(): Promise<void> {
    await this.#undo()
  }
}
