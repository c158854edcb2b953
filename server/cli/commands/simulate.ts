import type { Command } from 'commander'
import { Option } from 'commander'
import { z } from 'zod'
import { scenarioLines } from '../../demo/catalogue.ts'
import { phoneSchema } from '../../schema/seeds.ts'
import { wrongUse } from '../failure.ts'
import { readSettingsWithoutDatabase } from '../settings.ts'
import { printJson, printLine } from '../terminal.ts'

const optionsSchema = z.object({
  from: z.string().optional(),
  userId: z.string().optional(),
  name: z.string().optional(),
  line: z.string().optional(),
  usernameOnly: z.boolean().default(false),
  count: z.number().optional(),
  rate: z.number().optional(),
  scenario: z.string().optional(),
  length: z.number().optional(),
  hangUpAfter: z.number().optional(),
  talk: z.number().optional(),
  button: z.string().optional(),
  link: z.string().optional(),
  write: z.string().optional(),
  call: z.boolean(),
  fault: z.array(z.string()).default([]),
  switch: z.array(z.string()).default([]),
  simulator: z.string().optional(),
  list: z.boolean().default(false),
  serve: z.boolean().default(false),
  port: z.number().optional(),
  webhook: z.string().optional(),
  json: z.boolean().default(false),
})
type Options = z.infer<typeof optionsSchema>

/** Reads a number between two others; `whole` refuses fractions. */
function numberOption(flags: string, what: string, range: [number, number, 'whole'?]): Option {
  const [least, most, whole] = range
  const name = flags.split(' ')[0] ?? flags
  return new Option(flags, what).argParser((text: string) => {
    const value = Number(text)
    const fits = text.trim() !== '' && value >= least && value <= most
    if (!fits || (whole && !Number.isInteger(value)))
      throw wrongUse(`${name}: expected a ${whole ? 'whole ' : ''}number from ${least} to ${most}`)
    return value
  })
}

/** `name=value` of a repeatable option, as two texts. */
function splitPair(option: string, text: string): [string, string] {
  const at = text.indexOf('=')
  if (at <= 0)
    throw wrongUse(`${option}: expected <name>=<value>, e.g. ${option} ${exampleOf[option]}`)
  return [text.slice(0, at), text.slice(at + 1)]
}

const exampleOf: Readonly<Record<string, string>> = {
  '--fault': 'duplicate=0.1',
  '--switch': 'terminateStatus=array',
}

async function readFaults(texts: readonly string[]) {
  const { faultNames } = await import('../../simulator/faults.ts')
  return Object.fromEntries(
    texts.map((text) => {
      const [name, value] = splitPair('--fault', text)
      const chance = Number(value)
      if (!faultNames.some((known) => known === name))
        throw wrongUse(`--fault: there is no fault ${name}; callgate simulate --list names them`)
      if (value.trim() === '' || !(chance >= 0 && chance <= 1))
        throw wrongUse(`--fault ${name}: expected a chance from 0 to 1`)
      return [name, chance]
    }),
  )
}

async function readSwitches(texts: readonly string[]) {
  const { switchNames, switchValue } = await import('../../demo/catalogue.ts')
  return Object.fromEntries(
    texts.map((text) => {
      const [given, value] = splitPair('--switch', text)
      const name = switchNames.find((known) => known === given)
      if (!name)
        throw wrongUse(`--switch: there is no switch ${given}; callgate simulate --list names them`)
      const parsed = switchValue(name, value)
      if (parsed === undefined)
        throw wrongUse(`--switch ${name}: ${value} is no value of it; see callgate simulate --list`)
      return [name, parsed]
    }),
  )
}

function checkTogether(options: Options): void {
  const { scenario, from, userId, count, write, call } = options
  const isOnePerson = (from ?? userId) !== undefined
  if (scenario !== undefined && isOnePerson)
    throw wrongUse('--scenario has callers of its own: leave --from and --user-id out')
  if (scenario === 'monday-morning' && count !== undefined)
    throw wrongUse('--scenario monday-morning has calls of its own: leave --count out')
  if (!call && write === undefined)
    throw wrongUse('--no-call: say with --write what to write instead')
  if (write !== undefined && !isOnePerson)
    throw wrongUse('--write: say with --from or --user-id who writes')
  if (from !== undefined && !phoneSchema.safeParse(from).success)
    throw wrongUse('--from: expected a phone number in international form, e.g. +16315553602')
}

async function toRequest(options: Options) {
  const { runRequestSchema } = await import('../../demo/run-schema.ts')
  const { from, userId, name, length, talk } = options
  const wanted = {
    line: options.line,
    caller: { from, userId, name },
    usernameOnly: options.usernameOnly,
    count: options.count,
    rate: options.rate,
    scenario: options.scenario,
    lengthMs: length === undefined ? undefined : length * 1000,
    hangUpAfterMs: options.hangUpAfter,
    talkMs: talk === undefined ? undefined : talk * 1000,
    ctaPayload: options.button,
    deeplinkPayload: options.link,
    write: options.write,
    onlyWrite: !options.call,
    faults: await readFaults(options.fault),
    switches: await readSwitches(options.switch),
  }
  const parsed = runRequestSchema.safeParse(wanted)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw wrongUse(`${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`)
}

async function list(json: boolean): Promise<void> {
  const { faultLines, switchLines } = await import('../../demo/catalogue.ts')
  const { usualSwitches } = await import('../../simulator/switches.ts')
  if (json)
    return printJson({ scenarios: scenarioLines, faults: faultLines, switches: switchLines })
  const usual = new Map(Object.entries(usualSwitches))
  const rows = (lines: Readonly<Record<string, string>>) =>
    Object.entries(lines).map(([name, what]) => {
      const value = usual.get(name)
      return `  ${name.padEnd(25)}${what}${value === undefined ? '' : ` (${value})`}`
    })
  const parts = [
    ['Scenarios, --scenario <name>', rows(scenarioLines)],
    ['Faults, --fault <name>=<chance from 0 to 1>', rows(faultLines)],
    ['Switches, --switch <name>=<value>, with the usual value', rows(switchLines)],
  ] as const
  for (const [title, lines] of parts) await printLine([title, ...lines, ''].join('\n'))
}

async function run(given: unknown): Promise<void> {
  const options = optionsSchema.parse(given)
  if (options.list) return list(options.json)
  if (options.serve) {
    const { serveSimulator } = await import('../../demo/standalone.ts')
    return serveSimulator(readSettingsWithoutDatabase(), options)
  }
  checkTogether(options)
  const request = await toRequest(options)
  const { simulate } = await import('../../demo/simulate.ts')
  await simulate({ request, simulator: options.simulator, json: options.json })
}

const collect = (text: string, before: string[] | undefined): string[] => [...(before ?? []), text]

export function registerSimulate(program: Command): void {
  program
    .command('simulate')
    .summary('place calls as WhatsApp users would')
    .description(
      'Places calls in the simulator of a running demo (npm run demo), or of callgate simulate --serve, and ' +
        'tells what the callers experience. One call is told second by second, many as a table.',
    )
    .option(
      '--from <number>',
      'phone number of the caller, e.g. +16315553602; a stranger unless told',
    )
    .option('--user-id <id>', 'business-scoped user id of the caller, e.g. US.13491208655302741918')
    .option('--username-only', 'the webhooks show no phone number')
    .option('--name <name>', "the caller's profile name")
    .option('--line <line>', 'id, number or name of the line to call; the first one unless told')
    .addOption(numberOption('--count <calls>', 'how many calls', [1, 100_000, 'whole']))
    .addOption(numberOption('--rate <calls>', 'calls a second (default: 10)', [0.01, 2000]))
    .addOption(
      new Option('--scenario <name>', 'a scenario instead').choices(Object.keys(scenarioLines)),
    )
    .addOption(numberOption('--length <seconds>', 'how long the scenario lasts', [1, 3600]))
    .addOption(numberOption('--hang-up-after <ms>', 'the caller gives up', [0, 3_600_000, 'whole']))
    .addOption(numberOption('--talk <seconds>', 'how long an answered call lasts', [0, 3600]))
    .option('--button <payload>', 'the call comes from a call button with this payload')
    .option('--link <payload>', 'the call comes from a call link with this payload')
    .option('--write <text>', 'the caller writes this, after the call')
    .option('--no-call', 'only write')
    .option(
      '--fault <name=chance>',
      'something goes wrong, e.g. duplicate=0.1; repeatable',
      collect,
    )
    .option('--switch <name=value>', 'Meta behaves otherwise; repeatable', collect)
    .option('--simulator <url>', 'address of the simulator, if there are several')
    .option('--list', 'scenarios, faults and switches')
    .option('--serve', "run Meta's side alone, for a server with META_GRAPH_URL pointed at it")
    .addOption(numberOption('--port <port>', 'of --serve', [0, 65_535, 'whole']))
    .option('--webhook <url>', 'of --serve: where webhooks go')
    .option('--json', 'machine-readable result on stdout')
    .addHelpText(
      'after',
      `
Examples:
  callgate simulate --from +16315553602 --line "Main line"
  callgate simulate --count 500 --rate 50
  callgate simulate --from +447700900666 --count 8 --hang-up-after 500
  callgate simulate --from +16315553602 --no-call --write "Please call me back"
  callgate simulate --count 100 --fault duplicate=0.2 --fault terminateFirst=0.1
  callgate simulate --scenario monday-morning --length 30`,
    )
    .action(run)
}
