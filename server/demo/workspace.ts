import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Calendar } from '../schema/calendar.ts'
import { hoursState } from '../policy/schedule.ts'
import { calendarsSchema } from '../schema/calendar.ts'
import { calendarsOfEverybody, giveLines } from './examples.ts'
import { readJson } from './json-file.ts'

/** A folder of copies that the demo plays with; nothing outside of it is changed. */
export interface Workspace {
  readonly folder: string
  readonly policies: string
  readonly seeds: string
  readonly database: string
  /** Policies that the copy made live, by the line they now answer. */
  readonly examples: Readonly<Record<string, string>>
  /** The calendars that the main line decides by, as the seeds have them. */
  readonly calendars: Readonly<Record<string, Calendar>>
  /** Those of them that the copy keeps open although they are closed right now. */
  readonly keptOpen: readonly string[]
}

const prefix = 'callgate-demo-'
const dayMs = 24 * 60 * 60_000
const keptOpenForDays = 7
const closedForMs = 2 * 60 * 60_000

function copyFolder(from: string, to: string): void {
  mkdirSync(to)
  if (existsSync(from)) cpSync(from, to, { recursive: true, dereference: true })
}

/** Open or closed for some days, whatever the calendar says otherwise. */
function overridden(calendar: Calendar, state: 'open' | 'closed', forMs: number): Calendar {
  const now = Date.now()
  const override = {
    from: new Date(now - dayMs).toISOString(),
    to: new Date(now + forMs).toISOString(),
    state,
    note: 'played by the demo',
  }
  return { ...calendar, overrides: [...calendar.overrides, override] }
}

/** A calendar that is in this state now: as it stands if it is, with an override if not. */
export function calendarThatIs(state: 'open' | 'closed', calendar: Calendar): Calendar {
  const isOpen = hoursState(calendar, Date.now()) === 'open'
  if (isOpen === (state === 'open')) return calendar
  return overridden(calendar, state, state === 'open' ? keptOpenForDays * dayMs : closedForMs)
}

/** Makes the copies. */
export function openWorkspace(from: { policies: string; seeds: string }): Workspace {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  const policies = join(folder, 'policies')
  const seeds = join(folder, 'seeds')
  try {
    copyFolder(from.policies, policies)
    copyFolder(from.seeds, seeds)
  } catch (error) {
    removeWorkspace(folder)
    throw error
  }
  const examples = giveLines(policies, seeds)
  const calendars = readCalendars(seeds, calendarsOfEverybody(policies))
  const keptOpen = openCalendars(seeds, calendars)
  const database = join(folder, 'demo.db')
  return { folder, policies, seeds, database, examples, calendars, keptOpen }
}

/** The calendars of these names, as the seeds have them. */
function readCalendars(seeds: string, names: ReadonlySet<string>): Record<string, Calendar> {
  const parsed = calendarsSchema.safeParse(readJson(join(seeds, 'calendars.json')))
  const all = parsed.success ? Object.entries(parsed.data) : []
  return Object.fromEntries(all.filter(([name]) => names.has(name)))
}

/** So that a demo at night shows more than closed doors. @returns the calendars that were opened */
function openCalendars(seeds: string, calendars: Workspace['calendars']): string[] {
  const path = join(seeds, 'calendars.json')
  const opened = Object.entries(calendars).flatMap(([name, calendar]) => {
    const open = calendarThatIs('open', calendar)
    return open === calendar ? [] : [[name, open] as const]
  })
  if (opened.length > 0) {
    const text = readJson(path)
    const all = typeof text === 'object' && text !== null ? text : {}
    writeFileSync(path, JSON.stringify({ ...all, ...Object.fromEntries(opened) }, null, 2))
  }
  return opened.map(([name]) => name)
}

/** Deletes the copies; refuses a folder that is none of ours. */
export function removeWorkspace(folder: string): void {
  if (dirname(folder) !== tmpdir() || !basename(folder).startsWith(prefix)) return
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}
