import { existsSync } from 'node:fs'
import type { Config } from '../config.ts'
import { readConfig } from '../config.ts'
import { Failure } from './failure.ts'
import { oneLine } from '../one-line.ts'

/** Adds what stands in `.env` of the working directory to the environment; what is set already stays. */
function loadEnvironment(): void {
  if (!existsSync('.env')) return
  try {
    process.loadEnvFile('.env')
  } catch (cause) {
    throw new Failure(2, `.env cannot be read: ${oneLine(cause)}`)
  }
}

/**
 * The configuration: the environment and `.env`.
 * @throws ConfigError naming the first wrong variable
 */
export function readSettings(): Config {
  loadEnvironment()
  return readConfig(process.env)
}

/** The configuration of a command that opens no database, so that none is prepared on the disk. */
export function readSettingsWithoutDatabase(): Config {
  loadEnvironment()
  // its folder is the working directory, which is there
  return readConfig({ ...process.env, DATABASE_URL: 'callgate.db' })
}
