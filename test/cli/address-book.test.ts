import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cellList, listCell } from '../../server/address-book/cells.ts'
import { openForReading, openForWriting } from '../../server/db/open.ts'
import type { Place } from './support.ts'
import { ended, place, said } from './support.ts'

let here: Place
beforeEach(() => {
  here = place()
})
afterEach(() => here.remove())

const contacts = async () => {
  const db = openForReading(here.path('data/callgate.db'))
  try {
    return await db.selectFrom('contacts').selectAll().orderBy('id').execute()
  } finally {
    await db.destroy()
  }
}

const edit = async (phone: string, name: string) => {
  const db = openForWriting(here.path('data/callgate.db'))
  await db
    .updateTable('contacts')
    .set({ name, edited_at: '2026-11-20T12:00:00.000Z' })
    .where('phone', '=', phone)
    .execute()
  await db.destroy()
}

const summary = (stdout: string): unknown => JSON.parse(stdout)

describe('callgate import', () => {
  it('names every bad row and takes the others', async () => {
    here.write(
      'people.csv',
      [
        'phone,userId,name,priority,tags,optedOut',
        '+49 151 12345602,,Jonas,60,contract;north,yes',
        'twelve,,Nobody,1,,',
        '+33612345601,,Camille,high,,',
        '+4915112345602,,Jonas again,1,,',
        ',,Nameless,1,,',
        '+447700900123,,"Two',
        'lines",5,,maybe',
        '+447700900124,,Ann,5,,no,too much',
        '+5511987654321,BR.1,Bia,7,,0',
      ].join('\r\n'),
    )
    const { code, stdout } = await here.run(['import', 'contacts', 'people.csv', '--json'])
    expect(code).toBe(1)
    expect(summary(stdout)).toMatchObject({
      rows: 8,
      inserted: 2,
      skipped: 6,
      problems: [
        { line: 3, column: 'phone', why: expect.stringContaining('phone number') },
        { line: 4, column: 'priority', why: 'expected a number' },
        { line: 5, why: 'it stands in this file before' },
        { line: 6, why: expect.stringContaining('a phone or a userId') },
        { line: 7, column: 'optedOut', why: 'expected true or false' },
        { line: 9, why: '7 cells, but the header has 6' },
      ],
    })
    expect(await contacts()).toMatchObject([
      { phone: '+4915112345602', priority: 60, tags: '["contract","north"]', opted_out: 1 },
      { phone: '+5511987654321', user_id: 'BR.1', name: 'Bia' },
    ])
  })

  it('changes nothing when it is tried, not even by making a database', async () => {
    here.write('people.csv', 'phone,name\n+4915112345602,Jonas\n')
    const { code, stdout } = await here.run(['import', 'contacts', 'people.csv', '--dry-run'])
    expect(code).toBe(0)
    expect(stdout).toContain('1 row would be imported: 1 new')
    expect(existsSync(here.path('data/callgate.db'))).toBe(false)
    await here.run(['import', 'contacts', 'people.csv'])
    here.write('people.csv', 'phone,name\n+4915112345602,Joe\n+33612345601,Camille\n')
    const second = await here.run(['import', 'contacts', 'people.csv', '--dry-run'])
    expect(second.stdout).toContain('1 new, 1 changed')
    expect(await contacts()).toMatchObject([{ name: 'Jonas' }])
  })

  it('keeps what was edited in the app, unless told to replace it', async () => {
    here.write('people.csv', 'phone,name\n+4915112345602,Jonas\n')
    await here.run(['import', 'contacts', 'people.csv'])
    await edit('+4915112345602', 'Edited')
    here.write('people.csv', 'phone,name\n+4915112345602,Imported\n')
    const kept = await here.run(['import', 'contacts', 'people.csv'])
    expect(kept.stdout).toContain('1 edited in the app and kept')
    expect(await contacts()).toMatchObject([{ name: 'Edited' }])
    await here.run(['import', 'contacts', 'people.csv', '--replace'])
    expect(await contacts()).toMatchObject([{ name: 'Imported', edited_at: null }])
  })

  it('leaves alone what the file has no column for', async () => {
    const attributes = { plan: 'gold', seats: 5 }
    here.write('people.json', [
      { phone: '+4915112345602', name: 'Jonas', priority: 60, attributes },
    ])
    await here.run(['import', 'contacts', 'people.json'])
    here.write('people.csv', 'phone;tier;attributes.plan\n+4915112345602;gold;silver\n')
    await here.run(['import', 'contacts', 'people.csv'])
    const [row] = await contacts()
    expect(row).toMatchObject({ name: 'Jonas', priority: 60, tier: 'gold' })
    expect(JSON.parse(row?.attributes ?? '')).toEqual({ plan: 'silver', seats: 5 })
  })

  it('refuses a column that nobody knows, before anything is written', async () => {
    here.write('people.csv', 'phone,nmae\n+4915112345602,Jonas\n')
    const { code, stderr } = await here.run(['import', 'contacts', 'people.csv'])
    expect(code).toBe(1)
    expect(stderr).toContain('people.csv:1, column nmae: there is no such column')
    expect(stderr).toContain('Did you mean "name"?')
    expect(await contacts()).toEqual([])
  })

  it('says where a JSON list breaks off', async () => {
    here.write('people.json', '[\n  { "phone": "+4915112345602" },\n  { "phone" }\n]')
    const { code, stderr } = await here.run(['import', 'contacts', 'people.json'])
    expect(code).toBe(1)
    expect(stderr).toContain('people.json:3:3')
  })

  it('survives a start of the server with its seeds', async () => {
    here.write('people.csv', 'phone,name\n+33612345601,Imported\n')
    await here.run(['import', 'contacts', 'people.csv'])
    const server = here.start(['serve'], { PORT: '0' })
    try {
      await said(server, /listening/)
      expect(await contacts()).toMatchObject([{ name: 'Imported' }])
    } finally {
      server.kill('SIGTERM')
      await ended(server)
    }
  })

  it('is noticed by a running server', async () => {
    const env = { PORT: '0', ADMIN_TOKEN: 'admin-token-of-the-test' }
    const server = here.start(['serve'], env)
    try {
      const text = await said(server, /listening/)
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? ''
      const validate = async (): Promise<string> => {
        const policy: unknown = JSON.parse(readFileSync(here.path('policies/front.json'), 'utf8'))
        const body = JSON.stringify(policy).replace('"support","exits"', '"winter","exits"')
        const answer = await fetch(`${url}/api/policies/front/validate`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${env.ADMIN_TOKEN}`,
            'content-type': 'application/json',
          },
          body,
        })
        return answer.text()
      }
      expect(await validate()).toContain('unknown_calendar')
      here.write('calendars.csv', 'name,zone,mon\nwinter,Europe/Paris,09:00-12:00;13:00-17:00\n')
      const { code } = await here.run(['import', 'calendars', 'calendars.csv'])
      expect(code).toBe(0)
      await expect.poll(validate, { timeout: 5_000 }).not.toContain('unknown_calendar')
    } finally {
      server.kill('SIGTERM')
      await ended(server)
    }
  })

  it('takes 100,000 contacts with 50 bad rows in little memory', async () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => {
      const phone = index % 2_000 === 7 ? '12' : `+4915${String(10_000_000 + index)}`
      return `${phone},"Name, ${index}",${index % 100},a;b`
    })
    writeFileSync(here.path('many.csv'), `phone,name,priority,tags\n${rows.join('\n')}\n`)
    const child = here.start(['import', 'contacts', 'many.csv', '--json'])
    let stdout = ''
    let stderr = ''
    let mostKb = 0
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const watch = setInterval(() => {
      try {
        const status = readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8')
        mostKb = Math.max(mostKb, Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0))
      } catch {
        // it has ended, or this system has no /proc
      }
    }, 100)
    const code = await ended(child)
    clearInterval(watch)
    expect(code).toBe(1)
    const report = JSON.parse(stdout) as { inserted: number; problems: unknown[] }
    expect(report).toMatchObject({ rows: 100_000, inserted: 99_950, skipped: 50 })
    expect(report.problems).toHaveLength(50)
    expect(stderr).toMatch(/importing: [\d,]+ rows \(\d+ %\)/)
    expect(mostKb).toBeLessThan(200_000)
  }, 180_000)
})

describe('callgate export', () => {
  const people = [
    {
      phone: '+33612345601',
      userId: 'FR.1',
      name: 'Camille, "C"\nLaurent',
      priority: 95,
      tier: 'platinum',
      tags: ['board', 'a;b', 'c\\d'],
      owner: 'ana',
      language: 'fr',
      country: 'FR',
      slaCalendar: 'gold',
      optedOut: true,
      attributes: { plan: 'gold', seats: 5, beta: false, regions: ['n', 's;w'], mixed: 1 },
    },
    { userId: 'DE.2', name: ' spaced ', attributes: { mixed: 'one', zip: '01234' } },
  ]

  it.each(['csv', 'json'])('gives contacts as %s that import as they were', async (format) => {
    here.write('people.json', people)
    await here.run(['import', 'contacts', 'people.json'])
    const exported = await here.run(['export', 'contacts', `out.${format}`])
    expect(exported.code).toBe(0)
    expect(statSync(here.path(`out.${format}`)).mode & 0o077).toBe(0)
    const again = await here.run(['import', 'contacts', `out.${format}`, '--json'])
    expect(summary(again.stdout)).toMatchObject({ rows: 2, unchanged: 2 })
    const before = await contacts()
    const fresh = { DATABASE_URL: 'data/other.db' }
    await here.run(['import', 'contacts', `out.${format}`], fresh)
    const db = openForReading(here.path('data/other.db'))
    const after = await db.selectFrom('contacts').selectAll().orderBy('id').execute()
    await db.destroy()
    const bare = (rows: typeof after) =>
      rows.map(({ updated_at: _, ...row }) => ({
        ...row,
        attributes: JSON.parse(row.attributes) as unknown,
      }))
    expect(bare(after)).toEqual(bare(before))
  })

  it.each([
    ['agents', 'csv'],
    ['agents', 'json'],
    ['calendars', 'csv'],
    ['calendars', 'json'],
    ['lists', 'csv'],
    ['lists', 'json'],
  ])('gives %s as %s that import as they were', async (kind, format) => {
    const calendar = {
      zone: 'Europe/Paris',
      weekly: {
        mon: [
          ['09:00', '12:00'],
          ['22:00', '06:00'],
        ],
        sun: [['00:00', '24:00']],
      },
      holidays: [{ date: '2026-12-25', name: 'Noël', hours: [['10:00', '12:00']] }],
      overrides: [
        { from: '2026-11-20T09:00:00Z', to: '2026-11-20T10:00:00Z', state: 'closed', note: 'a, b' },
      ],
    }
    const files: Record<string, unknown> = {
      agents: [{ id: 'ana', name: 'Ana', teams: ['a', 'b;c'], status: 'dnd', callEnabled: false }],
      calendars: { support: calendar, empty: { zone: 'UTC' } },
      lists: { blocked: ['+12025550199', 'DE.13'], allowed: ['+33612345601'] },
    }
    here.write(`${kind}.json`, files[kind])
    expect((await here.run(['import', kind, `${kind}.json`])).code).toBe(0)
    await here.run(['export', kind, `out.${format}`])
    const again = await here.run(['import', kind, `out.${format}`, '--json'])
    expect(summary(again.stdout)).toMatchObject({ inserted: 0, updated: 0, skipped: 0 })
    const fresh = { DATABASE_URL: 'data/other.db' }
    await here.run(['import', kind, `out.${format}`], fresh)
    const one = await here.run(['export', kind, '--json'])
    const other = await here.run(['export', kind, '--json'], fresh)
    expect(JSON.parse(other.stdout)).toEqual(JSON.parse(one.stdout))
  })

  it('writes lists into cells without loss', () => {
    const entry = fc.string({ minLength: 1 }).filter((text) => text.trim() === text)
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        expect(cellList(listCell(entries))).toEqual(entries)
      }),
    )
  })
})
