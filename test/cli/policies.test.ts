import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Place } from './support.ts'
import { ended, place, said } from './support.ts'

let here: Place
beforeEach(() => {
  here = place()
})
afterEach(() => here.remove())

const front = (): Record<string, Record<string, unknown>> =>
  JSON.parse(readFileSync(here.path('policies/front.json'), 'utf8')) as never // our own fixture

function changeFront(change: (policy: ReturnType<typeof front>) => void): void {
  const policy = front()
  change(policy)
  here.write('policies/front.json', policy)
}

const cases = (): Record<string, unknown>[] =>
  JSON.parse(readFileSync(here.path('policies/front.cases.json'), 'utf8')) as never // our own fixture

describe('callgate test', () => {
  it('passes, says what no case reached, and leaves 0', async () => {
    const { code, stdout } = await here.run(['test'])
    expect(code).toBe(0)
    expect(stdout).toContain('front: 2 of 2 cases passed, 3 of 5 exits reached')
    expect(stdout).toContain('hours → open')
    expect(stdout).toMatch(/2 passed, 0 failed\n$/)
    expect(stdout).not.toContain('\u001b[')
  })

  it('prints a failing case with what was expected, what came and the whole path', async () => {
    const [first, second] = cases()
    here.write('policies/front.cases.json', [
      first,
      {
        ...second,
        expect: { outcome: 'accept', path: ['vip', 'hours', 'toTeam'], message: 'We are open.' },
      },
    ])
    const { code, stdout } = await here.run(['test', 'front'])
    expect(code).toBe(1)
    expect(stdout).toContain('FAIL front: a stranger hears that we are closed')
    expect(stdout).toMatch(/policies\/front\.cases\.json:\d+:\d+/)
    expect(stdout).toContain('outcome  expected accept, actual reject')
    expect(stdout).toMatch(/ {6} {2}vip\n {6} {2}hours\n {6}- toTeam\n {6}\+ sorry\n/)
    expect(stdout).toMatch(/- We are open\.\n {6}\+ We are closed, dear caller\./)
    expect(stdout).toMatch(/vip → no\n {6}hours → closed\n {6}sorry \(reject\)/)
    expect(stdout).toMatch(/1 passed, 1 failed\n$/)
  })

  it('says which faults no case would notice, when asked', async () => {
    const { code, stdout } = await here.run(['test', 'front', '--mutants'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/mutation score \d+ %: the cases notice \d+ of \d+ faults/)
    expect(stdout).toContain('no case notices: hours: "open" leads to ')
  })

  it('gives the failing case as JSON, and nothing else on stdout', async () => {
    const [first] = cases()
    here.write('policies/front.cases.json', [{ ...first, expect: { outcome: 'reject' } }])
    const { code, stdout } = await here.run(['test', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      passed: 0,
      failed: 1,
      failures: [
        {
          policy: 'front',
          name: 'a VIP is put through at night',
          expected: { outcome: 'reject' },
          actual: { outcome: 'accept', path: ['vip', 'toTeam'], unknown: [] },
        },
      ],
      coverage: { front: { exits: 5, reached: 1 } },
    })
  })

  it('fails a policy with errors as a whole, naming policy and node', async () => {
    changeFront((policy) =>
      Object.assign(policy['nodes']?.['hours'] ?? {}, { calendar: 'nowhere' }),
    )
    const { code, stdout } = await here.run(['test'])
    expect(code).toBe(1)
    expect(stdout).toContain('FAIL front: 1 error, no case was decided')
    expect(stdout).toMatch(/policies\/front\.json:\d+:\d+ error unknown_calendar \[hours\]/)
    const { stdout: json } = await here.run(['test', '--json'])
    expect(JSON.parse(json)).toMatchObject({
      passed: 0,
      failed: 1,
      failures: [{ policy: 'front', actual: { path: [], problems: [{ node: 'hours' }] } }],
    })
  })

  it('decides the cases of a policy whose number another one has', async () => {
    changeFront((policy) => Object.assign(policy, { numbers: ['1002'] }))
    const { code, stdout } = await here.run(['test'])
    expect(code).toBe(0)
    expect(stdout).toContain('warning number_claimed')
    expect(stdout).toContain('2 passed, 0 failed')
  })

  it.each([
    ['policies/front.json', '{ "schema": 1,\n  "id" 2 }', 'policies/front.json:2:8'],
    ['policies/front.cases.json', '[\n  { "name" }\n]', 'policies/front.cases.json:2:12'],
  ])('says where %s stops being JSON', async (file, text, where) => {
    here.write(file, text)
    const { code, stdout } = await here.run(['test'])
    expect(code).toBe(1)
    expect(stdout).toContain(`${where} error invalid_json`)
  })

  it('misses the policy of stray cases', async () => {
    here.write('policies/fornt.cases.json', [])
    const { code, stdout } = await here.run(['test'])
    expect(code).toBe(1)
    expect(stdout).toContain('There is no policy fornt.json for these cases')
  })

  it('warns of a fact in a case that does not exist', async () => {
    const [first] = cases()
    here.write('policies/front.cases.json', [{ ...first, facts: { 'caller.priorty': 3 } }])
    const { code, stdout } = await here.run(['test'])
    expect(code).toBe(0)
    expect(stdout).toContain('warning unknown_fact')
  })

  it('leaves 1 for exits without a case only when asked to', async () => {
    expect((await here.run(['test', '--fail-uncovered'])).code).toBe(1)
  })

  it('writes a JUnit report', async () => {
    const [first, second] = cases()
    here.write('policies/front.cases.json', [
      first,
      { ...second, name: 'a "<b>" & c', expect: { outcome: 'accept' } },
    ])
    await here.run(['test', '--junit', 'report.xml'])
    const xml = readFileSync(here.path('report.xml'), 'utf8')
    expect(xml).toContain('<testsuite name="front" tests="2" failures="1" errors="0">')
    expect(xml).toContain('name="a &quot;&lt;b&gt;&quot; &amp; c"')
    expect(xml).toContain('hours → closed')
  })

  it('runs again when a file changes, until it is interrupted', async () => {
    const child = here.start(['test', '--watch'])
    try {
      await said(child, /Waiting for changes/)
      const again = said(child, /1 passed, 1 failed[\s\S]*Waiting/)
      await new Promise((resolve) => setTimeout(resolve, 300))
      const text = readFileSync(here.path('policies/front.cases.json'), 'utf8')
      writeFileSync(here.path('policies/front.cases.json'), text.replace('dear', 'dearest'))
      await again
      child.kill('SIGINT')
      expect(await ended(child)).toBe(0)
    } finally {
      child.kill('SIGKILL')
    }
  })
})

describe('callgate validate', () => {
  it('prints problems as compilers do, with a hint, and leaves 1', async () => {
    changeFront((policy) =>
      Object.assign(policy['nodes']?.['hours'] ?? {}, {
        exits: { open: 'nobody', closed: 'sorry', holiday: 'sorry' },
      }),
    )
    const { code, stdout } = await here.run(['validate'])
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^policies\/front\.json:\d+:\d+ error dangling_exit \[hours\] .+\n {4}hint: .+/,
    )
    expect(stdout).toMatch(/2 policies, 1 error, \d+ warnings?\n$/)
  })

  it('leaves 0 when there are only warnings', async () => {
    changeFront((policy) =>
      Object.assign(policy['nodes'] ?? {}, { lost: { kind: 'reject', message: { text: 'x' } } }),
    )
    const { code, stdout } = await here.run(['validate', 'front'])
    expect(code).toBe(0)
    expect(stdout).toContain('warning unreachable_node [lost]')
  })

  it('sees that two policies claim one number, on the later one', async () => {
    changeFront((policy) => Object.assign(policy, { numbers: ['1002'] }))
    const { code, stdout } = await here.run(['validate', '--json'])
    expect(code).toBe(1)
    const { policies } = JSON.parse(stdout) as { policies: { id: string; problems: unknown[] }[] }
    expect(policies.map(({ id, problems }) => [id, problems.length])).toEqual([
      ['back', 0],
      ['front', 1],
    ])
    expect(policies[1]?.problems).toMatchObject([{ code: 'number_claimed', severity: 'error' }])
  })

  it('checks a file that lies anywhere, against the others', async () => {
    here.write('mine.json', { ...front(), id: 'mine' })
    const { code, stdout } = await here.run(['validate', './mine.json'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/mine\.json:\d+:\d+ error number_claimed .*"front"/)
  })

  it('does not let a name steer the terminal', async () => {
    changeFront((policy) =>
      Object.assign(policy['nodes']?.['hours'] ?? {}, { calendar: '\u001b[31mred' }),
    )
    const { stdout } = await here.run(['validate'])
    expect(stdout).toContain('unknown_calendar')
    expect(stdout).not.toContain('\u001b')
  })
})

describe('wrong use', () => {
  it.each([
    [['validate', 'frnot'], {}, 'Did you mean "front"?'],
    [['test'], { POLICIES_DIR: 'nowhere' }, 'POLICIES_DIR: there is no folder'],
    [['test'], { PORT: 'x' }, 'PORT: expected a port number'],
    [['validate', 'none.json'], {}, 'none.json: there is no such file'],
    [['tset'], {}, 'Did you mean test?'],
    [['test', '--wacth'], {}, "unknown option '--wacth'"],
    [['import', 'contact', 'x.csv'], {}, 'Did you mean "contacts"?'],
    [['import', 'contacts', 'none.csv'], {}, 'none.csv: there is no such file'],
    [['export', 'contacts'], {}, 'there is no database'],
    [['replay'], {}, 'name a file of the flight recorder, or --policy <id|file>'],
  ])('%j leaves 2 and says what is wrong', async (args, env, expected) => {
    const { code, stdout, stderr } = await here.run(args, env as Record<string, string>)
    expect(stderr).toContain(expected)
    expect(code).toBe(2)
    expect(stdout).toBe('')
  })

  it.each(['serve', 'test', 'validate', 'replay', 'import', 'export', 'doctor'])(
    '%s has --help and --json',
    async (command) => {
      const { code, stdout } = await here.run([command, '--help'])
      expect(code).toBe(0)
      expect(stdout).toContain('--json')
    },
  )

  it('reads .env of the working directory', async () => {
    here.write('.env', 'POLICIES_DIR=elsewhere\n')
    expect((await here.run(['test'])).stderr).toContain('there is no folder elsewhere')
  })
})
