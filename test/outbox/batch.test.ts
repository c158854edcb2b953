import { afterAll, beforeAll, expect, it } from 'vitest'
import { decided } from './decided.ts'
import { Outbox } from './outbox.ts'

let outbox: Outbox
beforeAll(async () => {
  outbox = await Outbox.open()
})
afterAll(() => outbox.close())

const count = async (table: 'calls' | 'signals' | 'people' | 'actions' | 'decisions') => {
  const { rows } = await outbox.read
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow()
  return rows
}

/** Fails at its second action, after signal, person, call and decision were written. */
function failing(id: string, index: number) {
  const call = decided(id, index)
  return { ...call, actions: call.actions.map((action) => ({ ...action, key: `${id}:same` })) }
}

it('rehearses without a trace', async () => {
  await outbox.writer.rehearse()
  const all = ['calls', 'signals', 'people', 'actions', 'decisions'] as const
  expect(await Promise.all(all.map(count))).toEqual([0, 0, 0, 0, 0])
})

it('undoes a command that fails, whole, and no other of the same commit', async () => {
  const commands = ['a', 'bad-1', 'b', 'c', 'bad-2', 'd'].map((id, index) =>
    outbox.writer.run(
      'commitDecision',
      id.startsWith('bad') ? failing(id, index) : decided(id, index),
    ),
  )
  const results = await Promise.allSettled(commands)
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ])
  const refs = await outbox.read.selectFrom('calls').select('ref').orderBy('ref').execute()
  expect(refs.map(({ ref }) => ref)).toEqual(['a', 'b', 'c', 'd'])
  expect([await count('signals'), await count('people'), await count('decisions')]).toEqual([4, 4, 4]) // prettier-ignore
  expect(await count('actions')).toBe(8)
})

it('goes on after a commit of which everything failed', async () => {
  await expect(outbox.writer.run('commitDecision', failing('alone', 90))).rejects.toThrow()
  const { kind } = await outbox.writer.run('commitDecision', decided('after', 91))
  expect(kind).toBe('committed')
})

it('answers a duplicate among the same commit as one', async () => {
  const twice = [decided('twice', 92), decided('twice', 92)]
  const both = twice.map((call) => outbox.writer.run('commitDecision', call))
  const kinds = (await Promise.all(both)).map(({ kind }) => kind)
  expect(kinds).toEqual(['committed', 'duplicate'])
})
