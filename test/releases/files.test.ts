import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openForWriting } from '../../server/db/open.ts'
import type { Home, Server, Storage } from '../http/support.ts'
import {
  call,
  makeHome,
  openStorage,
  policy,
  publish,
  put,
  putFile,
  readJsonFile,
  removeHome,
  startServer,
  textOf,
  until,
} from '../http/support.ts'

const first = makeHome()
let storage: Storage
let home: Home
let server: Server

beforeAll(async () => {
  storage = await openStorage(first.database)
})
afterAll(async () => {
  await storage.close()
  removeHome(first)
})
beforeEach(async () => {
  await storage.wipe()
  home = makeHome()
  putFile(home, 'main', policy('main', {}, 'One.'))
  server = await startServer(home, storage)
})
afterEach(async () => {
  await server.stop()
  removeHome(home)
})

const liveText = () => {
  const bye = server.releases.forLine('main')?.policy.nodes['bye']
  return bye?.kind === 'reject' ? bye.message?.text : undefined
}
const releases = async (id = 'main') => {
  const { body } = await call(server, `/api/policies/${id}/releases`)
  return body['data'] as { seq: number; source: string; release: string }[]
}
const codes = (id = 'main') => server.releases.get(id).problems.map(({ code }) => code)
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** As an editor saves: a new file takes the old one's place. */
function replaceFile(id: string, document: unknown): void {
  const aside = join(home.policies, `.${id}.new`)
  writeFileSync(aside, textOf(document))
  renameSync(aside, join(home.policies, `${id}.json`))
}

async function restart(change: () => void = () => undefined): Promise<void> {
  await server.stop()
  change()
  server = await startServer(home, storage)
}

describe('a file', () => {
  it('is live within 300 ms of its rename', async () => {
    const times: number[] = []
    for (let version = 0; version < 8; version++) {
      replaceFile('main', policy('main', {}, `Version ${version}`))
      times.push(await until(() => liveText() === `Version ${version}`))
    }
    expect(times.sort((a, b) => a - b).at(4)).toBeLessThan(300)
  })

  it('is live when it is written in place, and when it is new', async () => {
    putFile(home, 'main', policy('main', {}, 'Two.'))
    putFile(home, 'other', policy('other'))
    await until(() => liveText() === 'Two.' && server.releases.forLine('other') !== undefined)
    expect((await releases()).map(({ seq, source }) => [seq, source])).toEqual([
      [2, 'file'],
      [1, 'file'],
    ])
  })

  it('changes nothing while it is half written, and is live once it is whole', async () => {
    const text = textOf(policy('main', {}, 'Two.'))
    writeFileSync(join(home.policies, 'main.json'), text.slice(0, 80))
    await until(() => codes().includes('invalid_json'))
    expect([liveText(), server.releases.get('main').fileDiffers]).toEqual(['One.', true])
    writeFileSync(join(home.policies, 'main.json'), text)
    await until(() => liveText() === 'Two.')
    expect(codes()).toEqual([])
  })

  it('with errors never activates, and says where they are', async () => {
    putFile(home, 'main', policy('main', { start: 'nowhere' }))
    await until(() => codes().includes('unknown_start'))
    expect(liveText()).toBe('One.')
    const [problem] = server.releases.get('main').problems
    expect(problem).toMatchObject({ file: 'main.json', line: 8 })
    putFile(home, 'main', policy('main', {}, 'One.'))
    await until(() => codes().length === 0)
    expect(await releases()).toHaveLength(1)
  })

  it('must be called like its policy', async () => {
    putFile(home, 'other', policy('another'))
    await until(() => server.releases.list().length === 2)
    expect(server.releases.get('other')).toMatchObject({ live: null })
    expect(codes('other')).toEqual(['id_mismatch'])
  })

  it('of cases, hidden or of another kind is never a policy', async () => {
    for (const name of ['main.cases.json', '.hidden.json', 'notes.txt'])
      writeFileSync(join(home.policies, name), textOf(policy('x')))
    await pause(300)
    expect(server.releases.list().map(({ id }) => id)).toEqual(['main'])
  })

  it('with another layout only makes no release', async () => {
    putFile(home, 'main', policy('main', { layout: { bye: { x: 7, y: 9 } } }, 'One.'))
    await until(() => server.releases.get('main').live?.document['layout'] !== undefined)
    expect(await releases()).toHaveLength(1)
    await restart()
    expect(server.releases.get('main').live?.document['layout']).toEqual({ bye: { x: 7, y: 9 } })
  })

  it('that is deleted keeps its release, with a warning', async () => {
    rmSync(join(home.policies, 'main.json'))
    await until(() => codes().includes('file_deleted'))
    expect([liveText(), server.releases.get('main').fileDiffers]).toEqual(['One.', true])
    await restart()
    expect([liveText(), codes()]).toEqual(['One.', ['file_deleted']])
    putFile(home, 'main', policy('main', {}, 'One.'))
    await until(() => codes().length === 0)
    expect(await releases()).toHaveLength(1)
  })

  it('that cannot be written leaves the release live, with a warning', async () => {
    rmSync(join(home.policies, 'main.json'))
    mkdirSync(join(home.policies, 'main.json', 'in-the-way'), { recursive: true })
    await put(server, 'main', policy('main', {}, 'Two.'), 1)
    const answer = await publish(server, 'main')
    expect(answer.body).toMatchObject({ fileDiffers: true })
    expect([liveText(), codes()]).toEqual(['Two.', ['file_not_written']])
    await restart(() => rmSync(join(home.policies, 'main.json'), { recursive: true }))
    expect(liveText()).toBe('Two.')
  })

  it('is imported once the database can be used again', async () => {
    const other = openForWriting(first.database)
    await other.connection().execute(async (db) => {
      await sql`begin exclusive`.execute(db)
      putFile(home, 'main', policy('main', {}, 'Two.'))
      await pause(1800)
      expect(liveText()).toBe('One.')
      await sql`rollback`.execute(db)
    })
    await other.destroy()
    await until(() => liveText() === 'Two.', 8000)
  })
})

describe('two live policies', () => {
  it('never claim one number: the later one waits until it is free', async () => {
    putFile(home, 'other', policy('other', { numbers: ['main'] }, 'Other.'))
    await until(() => server.releases.list().length === 2)
    expect(codes('other')).toEqual(['number_claimed'])
    expect(liveText()).toBe('One.')
    putFile(home, 'main', policy('main', { numbers: [] }, 'One.'))
    await until(() => server.releases.forLine('main')?.policyId === 'other')
  })
})

describe('file and API', () => {
  it('a file that is edited keeps the draft and makes it outdated', async () => {
    await put(server, 'main', policy('main', {}, 'Mine.'), 1)
    putFile(home, 'main', policy('main', {}, 'Theirs.'))
    await until(() => liveText() === 'Theirs.')
    expect(server.releases.get('main').draft).toMatchObject({
      edited: true,
      outdated: true,
      revision: 2,
    })
  })

  it('a file edited just before a publish comes first', async () => {
    await put(server, 'main', policy('main', {}, 'Mine.'), 1)
    putFile(home, 'main', policy('main', {}, 'Theirs.'))
    const answer = await publish(server, 'main')
    expect([answer.status, answer.body.error?.code]).toEqual([409, 'outdated'])
    expect(liveText()).toBe('Theirs.')
    expect((await publish(server, 'main', { comment: 'x', force: true })).status).toBe(200)
    expect(readJsonFile(home, 'main')).toEqual(policy('main', {}, 'Mine.'))
  })

  it('a file edited just after a publish comes after it', async () => {
    await put(server, 'main', policy('main', {}, 'Mine.'), 1)
    await publish(server, 'main')
    putFile(home, 'main', policy('main', {}, 'Theirs.'))
    await until(() => liveText() === 'Theirs.')
    expect(await releases()).toHaveLength(3)
  })

  it('edits and publishes at once end with file and release alike, and both are kept', async () => {
    for (let round = 0; round < 6; round++) {
      const { revision } = server.releases.get('main').draft
      await put(server, 'main', policy('main', {}, `Mine ${round}`), revision)
      const publishing = publish(server, 'main', { comment: 'x', force: true })
      await pause(round * 2)
      putFile(home, 'main', policy('main', {}, `Theirs ${round}`))
      await publishing
      await until(() => !server.releases.get('main').fileDiffers)
      await pause(250)
      const { live } = server.releases.get('main')
      expect(readJsonFile(home, 'main')).toEqual(live?.document)
      const documents = await storage.db.selectFrom('releases').select('document').execute()
      const all = documents.map(({ document }) => document).join()
      expect(all).toContain(`Mine ${round}`)
      expect(all).toContain(`Theirs ${round}`)
    }
  })

  const releaseOnly = (text: string) =>
    // what is left when the process dies after the commit and before the file is written
    storage.writer.run('publishRelease', {
      policyId: 'main',
      hash: 'f'.repeat(64),
      document: JSON.stringify(policy('main', {}, text)),
      by: { kind: 'account', id: null, name: 'admin', address: null },
      comment: 'cut off',
      source: 'api',
      at: new Date().toISOString(),
      clearDraft: true,
      revision: 2,
    })

  it('a publish cut off before its file is written is finished at the next start', async () => {
    await server.stop()
    await releaseOnly('Two.')
    server = await startServer(home, storage)
    expect(liveText()).toBe('Two.')
    expect(readJsonFile(home, 'main')).toEqual(policy('main', {}, 'Two.'))
    expect(await releases()).toHaveLength(2)
  })

  it('a file edited after a publish was cut off is newer', async () => {
    await server.stop()
    await releaseOnly('Two.')
    putFile(home, 'main', policy('main', {}, 'Three.'))
    server = await startServer(home, storage)
    expect([liveText(), (await releases()).length]).toEqual(['Three.', 3])
  })

  it('a write cut off before its hash was kept makes no second release', async () => {
    await put(server, 'main', policy('main', {}, 'Two.'), 1)
    await publish(server, 'main')
    await server.stop()
    await storage.writer.run('saveFileHash', { policyId: 'main', fileHash: 'of the first' })
    server = await startServer(home, storage)
    expect([liveText(), (await releases()).length]).toEqual(['Two.', 2])
  })

  it('a file edited while the server was down is imported at its start', async () => {
    await restart(() => putFile(home, 'main', policy('main', {}, 'Two.')))
    expect(liveText()).toBe('Two.')
    await restart()
    expect(await releases()).toHaveLength(2)
  })
})

describe('the installation', () => {
  const record = (kind: 'calendar', key: string, doc: unknown) =>
    storage.writer.run('seedRecords', {
      records: [{ kind, key, doc: JSON.stringify(doc), hash: JSON.stringify(doc) }],
      at: new Date().toISOString(),
      replace: true,
    })

  it('lets a policy in that waited for a calendar, and drops none', async () => {
    const exits = { open: 'bye', closed: 'bye', holiday: 'bye', unknown: 'bye' }
    const { nodes } = policy('hours')
    putFile(
      home,
      'hours',
      policy('hours', {
        start: 'gate',
        nodes: { gate: { kind: 'hours', calendar: 'support', exits }, ...nodes },
      }),
    )
    await until(() => server.releases.list().length === 2)
    expect(codes('hours')).toContain('unknown_calendar')
    await record('calendar', 'support', { zone: 'UTC', weekly: {}, holidays: [], overrides: [] })
    await server.installation.reload()
    await until(() => server.releases.forLine('hours') !== undefined)
    expect(liveText()).toBe('One.')
  })
})

describe('velocity windows', () => {
  it('tells the longest that a live policy uses', async () => {
    expect(server.releases.windowMinutes).toBe(0)
    const when = { all: [{ fact: 'velocity.prefix4.90m', operator: 'greaterThan', value: 3 }] }
    const { nodes } = policy('main')
    const gate = { kind: 'condition', when, exits: { yes: 'bye', no: 'bye', unknown: 'bye' } }
    putFile(home, 'main', policy('main', { start: 'gate', nodes: { gate, ...nodes } }))
    await until(() => server.releases.windowMinutes === 90)
  })
})

describe('under hundreds of broken files', () => {
  it('keeps answering with a whole, valid release', async () => {
    const good = textOf(policy('main', {}, 'Good.'))
    const path = join(home.policies, 'main.json')
    let looks = 0
    const looking = setInterval(() => {
      const live = server.releases.forLine('main')
      const text = liveText()
      if (!live || !text || !/^(One|Good|Mutated \d+)\.$/.test(text)) looks = -Infinity
      looks++
    }, 1)
    for (let version = 0; version < 200; version++) {
      const at = (version * 7919) % good.length
      const mutations = [
        good.slice(0, at),
        good.slice(0, at) + good.slice(at + 1),
        good.slice(0, at) + '\u0000' + good.slice(at),
        good.replace('"bye"', '"__proto__"'),
        good.replace('Good.', `Mutated ${version}.`),
        '['.repeat(5000),
      ]
      writeFileSync(path, mutations[version % mutations.length] ?? '')
      await pause(version % 10 === 0 ? 90 : 3)
    }
    clearInterval(looking)
    writeFileSync(path, good)
    await until(() => liveText() === 'Good.' && codes().length === 0)
    expect(looks).toBeGreaterThan(100)
  })
})
