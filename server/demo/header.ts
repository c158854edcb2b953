import type { Paint } from '../cli/terminal.ts'
import { inLine } from './columns.ts'
import type { Workspace } from './workspace.ts'

/** Somebody whom neither the contacts nor the pretended CRM know. */
const newcomer = '+447700900124'

interface Facts {
  readonly url: string
  readonly token: string
  readonly workspace: Workspace
  readonly line: { readonly id: string; readonly name: string }
  readonly paint: Paint
}

/** What a newcomer should know before the first call. */
export function headerLines({ url, token, workspace, line, paint }: Facts): string[] {
  const row = (name: string, value: string, hint = ''): string =>
    `  ${paint('dim', name.padEnd(11))}${value}${hint === '' ? '' : paint('dim', `  ${hint}`)}`
  const opened = workspace.keptOpen.map(inLine).join(', ')
  const hours =
    opened === ''
      ? []
      : [`  It is outside the hours of “${opened}” now; the copy of the seeds keeps it open.`]
  return [
    '',
    paint('bold', 'Callgate demo: a gatekeeper in front of simulated WhatsApp lines'),
    '',
    row('address', paint(['bold', 'underline'], url)),
    row('API token', paint('bold', token), 'Authorization: Bearer … (there are no accounts yet)'),
    row('API', `${url}/api/docs`),
    row('policies', workspace.policies, 'copies: edit one and save, it is live at once'),
    row('seeds', workspace.seeds, 'copies, read at the start'),
    '',
    '  Everybody who calls is made up, as are Meta and the CRM; every decision is real.',
    '  There is no sound path yet: whoever would be put through is rejected with a message.',
    ...hours,
    '',
    `  Call from a second terminal:  ${paint('bold', `npx callgate simulate --from ${newcomer} --line "${inLine(line.name)}"`)}`,
    '  End with Ctrl-C; everything the demo made is deleted then.',
    '',
  ]
}
