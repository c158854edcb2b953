import { expect, it } from 'vitest'
import { mostTasks, Turns } from '../../server/turns.ts'

/** Tasks that come in one turn, and one that comes in the next; in which turn each was done, by number. */
async function burst(count: number): Promise<{ task: number; turn: number }[]> {
  const turns = new Turns()
  const done: { task: number; turn: number }[] = []
  let turn = 0
  const arrive = (task: number): void => void turns.next().then(() => done.push({ task, turn }))
  const pass = (): void => {
    turn += 1
    if (turn === 1) arrive(count)
    if (done.length <= count) setImmediate(pass)
  }
  setImmediate(pass)
  for (let task = 0; task < count; task += 1) arrive(task)
  while (done.length <= count) await new Promise((resolve) => setImmediate(resolve))
  return done
}

it('does what comes alone at once', () => {
  const turns = new Turns()
  const order: string[] = []
  turns.take(() => order.push('task'))
  order.push('after')
  expect(order).toEqual(['task', 'after'])
})

it('does few tasks in the turn they come in', async () => {
  const done = await burst(mostTasks)
  expect(done.slice(0, mostTasks).map(({ turn }) => turn)).toEqual(Array(mostTasks).fill(0))
})

it('leaves what is too much for one turn to later ones, in its order', async () => {
  const done = await burst(60)
  expect(done.map(({ task }) => task)).toEqual(Array.from({ length: 61 }, (_, task) => task))
  const inTurn = (turn: number): number => done.filter((one) => one.turn === turn).length
  expect([0, 1, 2].map(inTurn)).toEqual([mostTasks, mostTasks, 13])
})
