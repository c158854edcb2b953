import type { CompiledPolicy } from '../../policy/compile.ts'
import { compile } from '../../policy/compile.ts'
import type { DecidedAgain } from '../../policy/flight/decide-again.ts'
import { decideAgain, isSame, recordedWays } from '../../policy/flight/decide-again.ts'
import { contentHash } from '../../releases/document.ts'
import type { Decision } from '../../schema/decision.ts'
import type { Flight } from '../../schema/flight.ts'
import { flightSchema } from '../../schema/flight.ts'
import type { Installation } from '../../schema/installation.ts'
import { emptyInstallation } from '../../schema/installation.ts'
import { policySchema } from '../../schema/policy.ts'
import { Failure, wrongUse } from '../failure.ts'
import { readText, shownPath } from '../files.ts'
import { harmless, printJson, printLine } from '../terminal.ts'

/** A file of the flight recorder. @throws Failure when it is none */
async function readFlight(file: string): Promise<Flight> {
  const text = await readText(file)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw wrongUse(`${shownPath(file)} is not JSON.`)
  }
  const parsed = flightSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue?.path.join('.') || 'the file'
  throw wrongUse(
    `${shownPath(file)} is no file of the flight recorder: ${where}: ${issue?.message ?? ''}`,
  )
}

/** As much of the installation as the policy's facts depend on. */
function installationOf({ declared }: Flight): Installation {
  const calendar = { zone: 'UTC', weekly: {}, holidays: [], overrides: [] }
  const calendars = Object.fromEntries(declared.calendars.map((name) => [name, calendar]))
  const { attributes, crm } = declared
  return { ...emptyInstallation, calendars, declared: { attributes, crm, mapping: {} } }
}

function policyOf(flight: Flight): CompiledPolicy {
  const { release } = flight
  if (!release)
    throw new Failure(
      1,
      'No policy answered for this line, so there is nothing to decide again: the built-in message was sent.',
    )
  if (contentHash(release.document) !== release.hash)
    throw new Failure(1, 'The policy in this file was changed: its hash is not the one recorded.')
  return compile(policySchema.parse(release.document), installationOf(flight))
}

type Result = Pick<DecidedAgain, 'outcome' | 'node' | 'path' | 'ways' | 'final'>

const resultOf = ({ outcome, node, path, ways, final }: Result): Result => ({
  outcome,
  node,
  path,
  ways,
  final,
})

const recordedResult = (decision: Decision): Result =>
  resultOf({ ...decision, ways: recordedWays(decision) })

function lineOf({ path, outcome, final, node }: Result): string {
  const way = path.map(({ node: one, exit }) => (exit === null ? one : `${one} → ${exit}`))
  const end = final.node === node ? '' : `, in the end ${final.outcome} (${final.node})`
  return harmless(`${way.join(', ')}: ${outcome}${end}`)
}

async function printText(flight: Flight, again: Result, same: boolean): Promise<void> {
  const { call, release } = flight
  const { policy = '', release: id = '' } = release ?? {}
  await printLine(harmless(`call ${call.ref}  ${call.arrivedAt}  ${policy} ${id}`))
  if (flight.masked) await printLine('masked: some values are stand-ins that take the same way')
  await printLine(`recorded  ${lineOf(recordedResult(flight.decision))}`)
  await printLine(`again     ${lineOf(again)}`)
  await printLine(same ? 'the same' : 'NOT the same')
}

/**
 * Decides the call of a flight recorder's file again; needs nothing but the file. Exit code 1 when it comes
 * to something else than was recorded.
 */
export async function replayFlight(file: string, options: { json?: true }): Promise<void> {
  const flight = await readFlight(file)
  const again = decideAgain(policyOf(flight), flight.decision)
  if (again.kind === 'undecidable')
    throw new Failure(1, `It cannot be decided again: not recorded (${again.missing.join(', ')}).`)
  const same = isSame(flight.decision, again.decided)
  const replayed = resultOf(again.decided)
  if (options.json)
    await printJson({
      ref: flight.call.ref,
      policy: flight.release?.policy,
      release: flight.release?.release,
      masked: flight.masked,
      same,
      recorded: recordedResult(flight.decision),
      replayed,
    })
  else await printText(flight, replayed, same)
  if (!same) process.exitCode = 1
}
