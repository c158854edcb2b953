import type { Paint } from '../cli/terminal.ts'
import type { LineOptions } from '../simulator/options.ts'
import { inLine, wrap } from './columns.ts'
import type { Workspace } from './workspace.ts'

/** Somebody whom neither the contacts nor the pretended CRM know. */
const newcomer = '+447700900124'

interface Facts {
  readonly url: string
  readonly password: string
  readonly token: string
  readonly workspace: Workspace
  readonly lines: readonly LineOptions[]
  readonly paint: Paint
}

const indent = '  '
const width = 78

/** What is made up, and what is not. */
function honestWords({ workspace, lines }: Facts): string[] {
  const opened = workspace.keptOpen.join(', ')
  const examples = lines.flatMap(({ id, verifiedName }) => {
    const policy = workspace.examples[id]
    return policy === undefined ? [] : [`${verifiedName ?? id} (${policy})`]
  })
  const said = [
    'Everybody who calls is made up, as are Meta and the CRM; every decision is real.',
    'There is no sound path yet: whoever would be put through gets a message instead.',
    ...(opened === ''
      ? []
      : [`It is outside the hours of “${opened}” now; the copy of the seeds keeps it open.`]),
    ...(examples.length === 0
      ? []
      : [`In the copies, example policies answer lines of their own: ${examples.join(', ')}.`]),
  ]
  return wrap(inLine(said.join(' ')), width)
}

/** What a newcomer should know before the first call. */
export function headerLines(facts: Facts): string[] {
  const { url, password, token, workspace, lines, paint } = facts
  const row = (name: string, value: string, hint = ''): string =>
    `${indent}${paint('dim', name.padEnd(11))}${value}${hint === '' ? '' : paint('dim', `  ${hint}`)}`
  const line = inLine(lines[0]?.verifiedName ?? lines[0]?.id ?? '')
  const command = `npx callgate simulate --from ${newcomer} --line "${line}"`
  return [
    '',
    paint('bold', 'Callgate demo: a gatekeeper in front of simulated WhatsApp lines'),
    '',
    row('address', paint(['bold', 'underline'], url)),
    row('user', paint('bold', 'admin')),
    row('password', paint('bold', password)),
    row('API token', token, 'for programs: Authorization: Bearer …'),
    row('API', `${url}/api/docs`),
    row('policies', workspace.policies, 'copies; edits are live at once'),
    row('seeds', workspace.seeds, 'copies; read at the start'),
    '',
    ...honestWords(facts).map((text) => indent + text),
    '',
    `${indent}Call from a second terminal:`,
    `${indent}${indent}${paint('bold', command)}`,
    `${indent}Ctrl-C ends it and deletes everything it made.`,
    '',
  ]
}
