import { randomBytes } from 'node:crypto'
import type { LineOptions } from '../simulator/options.ts'
import type { Simulator } from '../simulator/simulator.ts'
import { startSimulator } from '../simulator/simulator.ts'
import { controlApp } from './control.ts'
import { pretendCrm } from './pretend-crm.ts'
import { removeState, writeState } from './state-file.ts'

export interface HostOptions {
  readonly port?: number | undefined
  readonly lines: readonly LineOptions[]
  readonly appSecret: string
  readonly accessToken: string
  readonly verifyToken: string
  readonly webhookUrl: string
  /** Phone numbers and user ids that a pretended CRM knows; absent, there is none. */
  readonly crm?: { readonly token: string; readonly known: readonly string[] } | undefined
}

/** A simulator that other commands find and use. */
export interface Host {
  readonly simulator: Simulator
  /** Says where the server is that it posts to; other commands find it from now on. */
  announce(server?: { url: string; token: string }): void
  close(): Promise<void>
}

/** Starts Meta's side with its control on the same port. Throws if the port is taken. */
export async function startHost(options: HostOptions): Promise<Host> {
  const token = randomBytes(24).toString('base64url')
  const crm = options.crm && pretendCrm(options.crm)
  let control: ReturnType<typeof controlApp> | undefined = undefined
  const simulator = await startSimulator({
    ...options,
    aside: (request) => {
      const { pathname } = new URL(request.url)
      if (crm && pathname === '/crm') return crm(request)
      if (!/^\/simulator(\/|$)/.test(pathname) || !control) return undefined
      return Promise.resolve(control.fetch(request))
    },
  })
  control = controlApp(simulator, [token, options.accessToken])
  const forget = (): void => removeState(process.pid)
  process.on('exit', forget)
  return {
    simulator,
    announce: (server) => void writeState({ pid: process.pid, url: simulator.url, token, server }),
    async close() {
      forget()
      process.off('exit', forget)
      await simulator.close()
    },
  }
}
