import { texts } from '../../server/policy/say/texts.ts'
import { addressBook } from './en/address-book.ts'
import { calls } from './en/calls.ts'
import { cases } from './en/cases.ts'
import { common } from './en/common.ts'
import { editor } from './en/editor.ts'
import { home } from './en/home.ts'
import { json } from './en/json.ts'
import { leads } from './en/leads.ts'
import { live } from './en/live.ts'
import { outline } from './en/outline.ts'
import { reports } from './en/reports.ts'
import { policies } from './en/policies.ts'
import { replay } from './en/replay.ts'
import { traffic } from './en/traffic.ts'
import { settings } from './en/settings.ts'
import { shell } from './en/shell.ts'
import { signIn } from './en/sign-in.ts'
import { simulator } from './en/simulator.ts'
import { trials } from './en/trials.ts'
import { webhooks } from './en/webhooks.ts'

/** Every text on screen, by area. A translation has the same shape. */
export const en = {
  addressBook,
  calls,
  cases,
  common,
  editor,
  home,
  json,
  leads,
  live,
  outline,
  policies,
  reports,
  replay,
  traffic,
  say: texts,
  settings,
  shell,
  signIn,
  simulator,
  trials,
  webhooks,
} as const
