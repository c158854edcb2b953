import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { format } from '@vitest/pretty-format'
import { stripSnapshotIndentation } from '@vitest/snapshot'
import { chai } from 'vitest'

/**
 * Compares snapshots outside of vitest's own process, and never writes one.
 * @param {() => string} currentFile the path of the test file that runs
 */
export function compareSnapshots(currentFile) {
  chai.use(({ Assertion, assert }, { addMethod, flag }) => {
    addMethod(Assertion.prototype, 'toMatchInlineSnapshot', function (snapshot) {
      const text = format(flag(this, 'object'), { escapeString: false, printBasicPrototype: false })
      assert.equal(text, stripSnapshotIndentation(snapshot).trim())
    })
    addMethod(Assertion.prototype, 'toMatchFileSnapshot', async function (name) {
      const file = resolve(dirname(currentFile()), name)
      assert.equal(flag(this, 'object'), await readFile(file, 'utf8'))
    })
  })
}
