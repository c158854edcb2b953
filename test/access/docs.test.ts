import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { matrix } from '../../server/access/matrix.ts'

test('docs/access.md says of every operation what the matrix says', () => {
  const text = readFileSync(new URL('../../docs/access.md', import.meta.url), 'utf8')
  const rows = [...text.matchAll(/^\| (admin[^|]*?) *\| (`.*`) *\|$/gm)]
  const said = rows.flatMap(([, roles = '', names = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => [name, roles.split(', ')] as const),
  )
  expect(said.length).toBe(Object.keys(matrix).length)
  expect(Object.fromEntries(said)).toEqual(matrix)
})
