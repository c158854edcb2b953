import { mkdtempSync, cpSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import axe from 'axe-core'
import { onTestFinished } from 'vitest'
import { firstStart } from '../../server/access/first-start.ts'
import { hashPassword } from '../../server/access/passwords.ts'
import { newId } from '../../server/access/secrets.ts'
import { ensureBuilt } from '../../server/cli/build.mjs'
import { readConfig } from '../../server/config.ts'
import { createLogger } from '../../server/logger.ts'
import type { Role } from '../../server/schema/access.ts'
import { startServer } from '../../server/serve.ts'
import type { RunningServer } from '../../server/serve.ts'
import { findChromium } from './chromium.ts'

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const adminPassword = 'a long enough password'
export const appSecret = 'the-app-secret-of-the-tests'

/** A real server with the web app as it is built, on a database, policies and seeds of its own. */
export interface TestApp {
  readonly server: RunningServer
  readonly url: string
  readonly browser: Browser
  /** A browser of its own, with what went wrong in it. */
  open(options?: { scheme?: 'light' | 'dark'; width?: number; height?: number }): Promise<TestPage>
  /** An account that can sign in with {@link adminPassword}. */
  account(username: string, role: Role, teams?: readonly string[] | null): Promise<void>
  close(): Promise<void>
}

export interface TestPage {
  readonly page: Page
  readonly context: BrowserContext
  /** Errors of the console, uncaught errors and violations of the content policy. */
  readonly errors: string[]
  /** As the form does, whose own test is sign-in.test.ts; then the home page is on its way. */
  signIn(username?: string, password?: string): Promise<void>
  /** Faults that axe calls serious or critical, as `rule: element`. */
  faults(): Promise<string[]>
  /** A picture into SCREENSHOTS, a folder; none without it. */
  shot(name: string): Promise<void>
  close(): Promise<void>
}

/** What a test that failed leaves open would go on saving drafts into its second try. */
function closeAfterwards(context: BrowserContext): void {
  try {
    onTestFinished(() => context.close())
  } catch {
    // opened for a whole file, which closes it itself
  }
}

async function openPage(
  browser: Browser,
  url: string,
  options: Parameters<TestApp['open']>[0] = {},
): Promise<TestPage> {
  const { scheme = 'light', width = 1440, height = 900 } = options
  const context = await browser.newContext({
    colorScheme: scheme,
    viewport: { width, height },
    reducedMotion: 'reduce',
    baseURL: url,
  })
  closeAfterwards(context)
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const errors: string[] = []
  page.on('console', (message) => {
    // a refused sign-in is an answer, which browsers log as a failed load
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()))
      errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(String(error)))
  return {
    page,
    context,
    errors,
    async signIn(username = 'admin', password = adminPassword) {
      const data = { username, password }
      const headers = { origin: url }
      const answer = await context.request.post('/api/auth/sign-in', { data, headers })
      if (!answer.ok()) throw new Error(`not signed in: ${answer.status()} ${await answer.text()}`)
      await page.goto('/', { waitUntil: 'commit' })
    },
    async faults() {
      await page.evaluate(axe.source)
      const results = await page.evaluate(async () => {
        // axe puts itself on the window when it runs
        const { axe: tool } = window as unknown as { axe: typeof axe }
        return tool.run(document, { resultTypes: ['violations'] })
      })
      return results.violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
    },
    async shot(name) {
      const folder = process.env['SCREENSHOTS']
      if (folder) await page.screenshot({ path: join(folder, `${name}.png`) })
    },
    close: () => context.close(),
  }
}

/** Starts everything; `more` is added to the environment. An empty one has no account yet. */
export async function startTestApp(
  more: Record<string, string> = {},
  { isEmpty = false }: { isEmpty?: boolean } = {},
): Promise<TestApp> {
  const folder = mkdtempSync(join(tmpdir(), 'callgate-browser-'))
  cpSync('policies', join(folder, 'policies'), { recursive: true })
  cpSync('seeds', join(folder, 'seeds'), { recursive: true })
  const built = await ensureBuilt()
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: join(folder, 'callgate.db'),
    POLICIES_DIR: join(folder, 'policies'),
    SEEDS_DIR: join(folder, 'seeds'),
    META_APP_SECRET: appSecret,
    META_GRAPH_URL: 'http://127.0.0.1:9',
    ADMIN_PASSWORD: adminPassword,
    LOG_LEVEL: 'silent',
    ...more,
  })
  const server = await startServer(config, {
    log: createLogger('silent'),
    webFolder: join(built, 'web'),
  })
  if (!isEmpty) await firstStart({ ...server.context, adminPassword })
  const browser = await chromium.launch({ executablePath: findChromium(), args: flags })
  return {
    server,
    url: server.url,
    browser,
    open: (options) => openPage(browser, server.url, options),
    async account(username, role, teams = null) {
      await server.context.writer.run('createAccount', {
        id: newId(),
        username,
        name: username,
        role,
        teams,
        passwordHash: await hashPassword(adminPassword),
        at: new Date().toISOString(),
        by: { kind: 'system', id: null, name: 'test', address: null },
        operation: 'createAccount',
      })
    },
    async close() {
      await browser.close()
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
