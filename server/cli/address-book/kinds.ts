import { Option } from 'commander'
import type { Command } from 'commander'
import { extname } from 'node:path'
import type { Format, Kind } from '../../address-book/kinds.ts'
import { formats, kinds } from '../../address-book/kinds.ts'
import { didYouMean } from '../../policy/validate/suggest.ts'
import { wrongUse } from '../failure.ts'

const isOneOf = <T extends string>(all: readonly T[], text: string): text is T =>
  all.some((one) => one === text)

export function kindOf(text: string): Kind {
  if (isOneOf(kinds, text)) return text
  throw wrongUse(
    `There is no "${text}" to import or export. ${didYouMean(text, kinds)}Possible: ${kinds.join(', ')}.`,
  )
}

/** The format that is asked for, or told by the file's name. */
export function formatOf(asked: Format | undefined, file: string): Format {
  const told = extname(file).slice(1).toLowerCase()
  if (asked !== undefined) return asked
  if (isOneOf(formats, told)) return told
  throw wrongUse(`The name ${file} does not tell the format; add --format csv or --format json.`)
}

export function formatOption(): Option {
  return new Option('--format <format>', 'csv or json; otherwise told by the file’s name').choices(
    formats,
  )
}

export function describeColumns(command: Command): Command {
  return command.addHelpText(
    'after',
    `
Columns of a CSV file, as in the seed files; a list is separated by ";":
  contacts   phone, userId, name, priority, tier, tags, owner, language, country, slaCalendar,
             optedOut, attributes.<name> (of another type: attributes.<name>:number, :boolean, :list)
  agents     id, name, teams, status, callEnabled
  calendars  name, zone, mon … sun (09:00-12:00;13:00-17:00), holidays, overrides (both JSON)
  lists      list (blocked or allowed), entry (a phone number or user id)
A JSON file has the form of the seed file of that name.`,
  )
}
