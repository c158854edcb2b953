import { expect, it } from 'vitest'
import { Turns } from '../../server/turns.ts'

/** Tasks that arrive one by one in one turn; each takes ten milliseconds, and five with what it sets off. */
async function burst(count: number): Promise<{ task: number; turn: number }[]> {
  let now = 0
  let turn = 0
  const turns = new Turns(() => now)
  const done: { task: number; turn: number }[] = []
  const arrive = async (task: number): Promise<void> => {
    await turns.next()
    now += 10
    await Promise.resolve()
    now += 5
    done.push({ task, turn })
  }
  const nextTurn = (): void => {
    turn += 1
    if (done.length < count) setImmediate(nextTurn)
  }
  await new Promise<void>((resolve) => {
    for (let task = 0; task < count; task += 1)
      setImmediate(() => {
        void arrive(task).then(() => {
          if (done.length === count) resolve()
        })
      })
    setImmediate(nextTurn)
  })
  return done
}

it('does what comes alone at once', () => {
  const turns = new Turns()
  const order: string[] = []
  turns.take(() => order.push('task'))
  order.push('after')
  expect(order).toEqual(['task', 'after'])
})

it('leaves what is too much for one turn to later ones, in its order', async () => {
  const done = await burst(9)
  expect(done.map(({ task }) => task)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  const inTurn = (turn: number): number => done.filter((one) => one.turn === turn).length
  const most = Math.max(...done.map(({ turn }) => inTurn(turn)))
  // over fifteen milliseconds the second time
  expect(most).toBe(2)
})
