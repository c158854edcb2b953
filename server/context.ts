import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Access } from './access/access.ts'
import { createAccess } from './access/access.ts'
import type { Oidc } from './access/oidc.ts'
import { createOidc } from './access/oidc.ts'
import type { SecretBox } from './access/secret-box.ts'
import { createSecretBox, readSecretKey } from './access/secret-box.ts'
import type { SignIn } from './access/sign-in.ts'
import { createSignIn } from './access/sign-in.ts'
import type { Alarm } from './alarms.ts'
import { createAlarm } from './alarms.ts'
import type { CanaryWatch } from './canary/watch.ts'
import { watchCanaries } from './canary/watch.ts'
import type { Channel } from './channels/channel.ts'
import { wahaChannel } from './channels/waha/client.ts'
import { wawpChannel } from './channels/wawp/client.ts'
import { whatsappChannel } from './channels/whatsapp/client.ts'
import type { Clock } from './clock.ts'
import { systemClock, toIso } from './clock.ts'
import type { Config } from './config.ts'
import type { Db } from './db/open.ts'
import { openForReading } from './db/open.ts'
import type { Reader } from './db/reader.ts'
import { openReader } from './db/reader.ts'
import type { Writer } from './db/writer.ts'
import { openWriter } from './db/writer.ts'
import type { CrmConnector } from './facts/crm.ts'
import { createCrm } from './facts/crm.ts'
import { createFacts } from './facts/facts.ts'
import type { Outgoing } from './facts/outgoing.ts'
import { createOutgoing } from './facts/outgoing.ts'
import type { Velocity } from './facts/velocity.ts'
import { createVelocity } from './facts/velocity.ts'
import type { Gatekeeper } from './gatekeeper/gatekeeper.ts'
import { createGatekeeper } from './gatekeeper/gatekeeper.ts'
import { outcomeCheck } from './gatekeeper/obstacle.ts'
import type { SilenceWatch } from './gatekeeper/silence.ts'
import { watchSilence } from './gatekeeper/silence.ts'
import type { InstallationStore } from './installation.ts'
import { openInstallation } from './installation.ts'
import { linksBy } from './links.ts'
import type { LiveFeed } from './live.ts'
import { openLiveFeed } from './live.ts'
import type { Logger } from './logger.ts'
import { createLogger } from './logger.ts'
import type { Metrics } from './metrics.ts'
import { createMetrics } from './metrics.ts'
import { createNotifier } from './outbox/notify.ts'
import { createWebhookSender } from './outbox/webhook.ts'
import type { Dispatcher } from './outbox/dispatcher.ts'
import { createDispatcher } from './outbox/dispatcher.ts'
import type { Releases } from './releases/releases.ts'
import { openReleases } from './releases/releases.ts'
import { startLeadBackfill } from './reports/backfill.ts'
import type { Rescore } from './reports/rescore.ts'
import { startRescore } from './reports/rescore.ts'
import type { ReportKeeper } from './reports/keeper.ts'
import { startReportKeeper } from './reports/keeper.ts'
import type { RetentionJob } from './retention.ts'
import { startRetention } from './retention.ts'
import { loadSeeds } from './seeds.ts'
import type { Shadows } from './shadow/shadows.ts'
import { openShadows } from './shadow/shadows.ts'
import type { Settings } from './settings.ts'
import { openSettings } from './settings.ts'
import { watchRecords } from './watch-records.ts'
import type { Courier } from './webhooks-out/courier.ts'
import { createCourier } from './webhooks-out/courier.ts'
import type { ExpiryWatch } from './verifications.ts'
import { watchExpiry } from './verifications.ts'

/** Everything a running server consists of; made once, closed once. */
export interface Context {
  readonly config: Config
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
  readonly alarm: Alarm
  readonly db: Db
  readonly writer: Writer
  readonly reader: Reader
  readonly access: Access
  readonly signIn: SignIn
  /** Signing in at an identity provider; undefined without one. */
  readonly oidc: Oidc | undefined
  readonly box: SecretBox
  readonly installation: InstallationStore
  readonly settings: Settings
  readonly retention: RetentionJob
  readonly rescore: Rescore
  readonly reports: ReportKeeper
  readonly velocity: Velocity
  readonly crm: CrmConnector
  /** Guarded HTTP to addresses that others chose. */
  readonly outgoing: Outgoing
  readonly live: LiveFeed
  readonly channels: ReadonlyMap<string, Channel>
  readonly releases: Releases
  readonly dispatcher: Dispatcher
  /** Tells other systems what happened. */
  readonly courier: Courier
  readonly gatekeeper: Gatekeeper
  readonly shadows: Shadows
  readonly canaries: CanaryWatch
  readonly silence: SilenceWatch
  readonly expiry: ExpiryWatch
  /** Finishes what is under way, within ten seconds, and closes everything. */
  close(): Promise<void>
}

export interface Overrides {
  readonly clock?: Clock
  readonly log?: Logger
  /** Milliseconds between two looks at running canaries. */
  readonly canaryEveryMs?: number
}

/** What is not over then is cut off, within two seconds; it is in the outbox and done at the next start. */
const closingMs = 6_500
const slowCloseMs = 1_000
const dayMs = 24 * 60 * 60_000

interface Storage {
  readonly db: Db
  readonly writer: Writer
  readonly reader: Reader
}

async function openStorage(path: string): Promise<Storage> {
  const writer = await openWriter(path)
  return { writer, db: openForReading(path), reader: openReader(path) }
}

/** What the journal has of the last day counts for velocity as if there had been no restart. */
async function loadVelocity(db: Db, velocity: Velocity, now: number): Promise<void> {
  const rows = await db
    .selectFrom('calls')
    .leftJoin('people', 'people.id', 'calls.person_id')
    .select([
      'calls.channel',
      'calls.provider_id',
      'calls.line',
      'calls.attempt_at',
      'calls.phone',
      'calls.user_id',
      'people.user_id as person_user_id',
      'people.phone as person_phone',
    ])
    .where('calls.attempt_at', '>', toIso(now - dayMs))
    .orderBy('calls.attempt_at')
    .execute()
  velocity.load(
    rows.map((row) => ({
      callKey: `${row.channel}:${row.provider_id}`,
      at: Date.parse(row.attempt_at ?? ''),
      callerKey:
        row.person_user_id ?? row.user_id ?? row.person_phone ?? row.phone ?? row.provider_id,
      line: row.line,
      phone: row.phone ?? undefined,
    })),
  )
}

async function readSkew(db: Db): Promise<number> {
  const row = await db
    .selectFrom('settings')
    .select('value')
    .where('key', '=', 'skew_ms')
    .executeTakeFirst()
  const value = Number(row?.value ?? 0)
  return Number.isFinite(value) ? value : 0
}

function openChannels(config: Config): ReadonlyMap<string, Channel> {
  const { meta, waha, wawp } = config
  const { graphUrl, graphVersion, accessToken } = meta
  const channels: Channel[] = [whatsappChannel({ graphUrl, version: graphVersion, accessToken })]
  if (waha.url !== undefined) channels.push(wahaChannel({ url: waha.url, apiKey: waha.apiKey }))
  if (wawp.url !== undefined) channels.push(wawpChannel({ ...wawp, url: wawp.url }))
  return new Map(channels.map((channel) => [channel.name, channel]))
}

/** Says at the start what is missing, so that nobody waits for calls that cannot come. */
function sayWhatIsMissing(config: Config, log: Logger): void {
  const missing = [
    ...(config.meta.appSecrets.length === 0 ? ['META_APP_SECRET (no webhook is accepted)'] : []),
    ...(config.meta.verifyToken === undefined ? ['META_VERIFY_TOKEN (Meta cannot check us)'] : []),
    ...(config.meta.accessToken === undefined ? ['META_ACCESS_TOKEN (nothing can be sent)'] : []),
    ...(config.waha.url !== undefined && config.waha.hmacKeys.length === 0
      ? ['WAHA_HMAC_KEY (no webhook of WAHA is accepted)']
      : []),
    ...(config.wawp.url !== undefined && config.wawp.webhookTokens.length === 0
      ? ['WAWP_WEBHOOK_TOKEN (no webhook of Wawp is accepted)']
      : []),
  ]
  if (missing.length > 0) log.warn({ missing }, 'not configured')
}

/** Starts everything but the listening. */
export async function createContext(config: Config, overrides: Overrides = {}): Promise<Context> {
  const clock = overrides.clock ?? systemClock
  const log = overrides.log ?? createLogger(config.logLevel)
  const metrics = createMetrics()
  const alarm = createAlarm(log, metrics)
  sayWhatIsMissing(config, log)

  const { db, writer, reader } = await openStorage(config.databasePath)
  const box = createSecretBox(readSecretKey(config.secretKey, config.databasePath))
  const access = createAccess({ db, writer, clock, log, adminToken: config.adminToken })
  const signIn = createSignIn({ db, writer, clock, box })
  const oidc = config.oidc && createOidc(config.oidc, { box, clock })
  const { reportZone } = config
  const seeds = await loadSeeds({ dir: config.seedsDir, writer, log, clock, reportZone, box })
  log.info({ counts: seeds.counts, problems: seeds.problems.length }, 'seeds read')
  const installation = await openInstallation({ db, log, crmUrl: config.crm.url, reportZone, box })
  const records = watchRecords({ db, installation, log })
  const settings = await openSettings({ db, writer, clock, followUp: config.followUp })

  const velocity = createVelocity()
  await loadVelocity(db, velocity, clock.now())
  const pruning = setInterval(() => velocity.prune(clock.now()), 5_000)
  pruning.unref()
  const outgoing = createOutgoing({ allow: config.outgoingAllow })
  const crm = createCrm({ ...config.crm, url: config.crm.url, outgoing, clock })
  const facts = createFacts({
    db,
    installation: () => installation.current(),
    velocity,
    crm,
    clock,
  })

  const live = await openLiveFeed({ db, writer, log })
  const channels = openChannels(config)
  const recovered = await writer.run('recoverActions', { now: toIso(clock.now()) })
  log.info(recovered, 'outbox recovered')
  const dispatcher = createDispatcher({
    writer,
    db,
    channels,
    clock,
    log,
    alarm,
    notify: createNotifier({ writer, clock, publish: (events) => live.publish(events) }),
    webhook: createWebhookSender({ db, outgoing, clock, box }),
    onSettled: ({ type, state }) => metrics.actions.inc({ type, state }),
  })

  const releases = await openReleases({
    dir: config.policiesDir,
    writer,
    db,
    installation,
    clock,
    log,
    live,
  })
  await releases.start()

  const shadowOutgoing = createOutgoing({ allow: config.outgoingAllow, connections: 4 })
  const shadows: Shadows = await openShadows({
    db,
    writer,
    clock,
    log,
    metrics,
    installation,
    openCrm: () =>
      createCrm({ ...config.crm, url: config.crm.url, outgoing: shadowOutgoing, clock }),
    obstacleOn: outcomeCheck(channels),
    underWay: () => gatekeeper.underWay,
    publish: (events) => live.publish(events),
  })

  const gatekeeper: Gatekeeper = createGatekeeper({
    limits: () => settings.courtesy.current(),
    clock,
    log,
    metrics,
    alarm,
    db,
    writer,
    facts,
    velocity,
    installation: () => installation.current(),
    releaseFor: (line, callerKey) => releases.forCaller(line, callerKey),
    obstacleOn: outcomeCheck(channels),
    canBlock: (channel) => channels.get(channel)?.can.block === true,
    linkTo: linksBy(config.publicUrl),
    observe: (call) => shadows.observe(call),
    outbox: dispatcher,
    publish: (events) => live.publish(events),
    skew: await readSkew(db),
  })
  const retention = startRetention({
    db,
    writer,
    clock,
    log,
    reportZone,
    retention: () => settings.retention.current(),
  })
  const backfill = startLeadBackfill({ writer, clock, log })
  const rescore = startRescore({ writer, clock, log })
  const reports = startReportKeeper({ db, reader, writer, clock, log, reportZone })
  const { canaryEveryMs: everyMs } = overrides
  const canaries = watchCanaries({ releases, reader, clock, alarm, log, everyMs })
  const silence = watchSilence({ reader, clock, metrics, alarm, log })
  const expiry = watchExpiry({
    db,
    writer,
    clock,
    log,
    isDeciding: () => gatekeeper.underWay > 0,
    publish: (events) => live.publish(events),
    wake: (ids) => dispatcher.wake(ids),
  })
  dispatcher.wake()
  const courier = createCourier({
    db,
    writer,
    outgoing,
    clock,
    log,
    alarm,
    box,
    publish: (events) => live.publish(events),
  })
  const stopWaking = live.subscribe({}, () => courier.wake())

  return {
    config,
    clock,
    log,
    metrics,
    alarm,
    db,
    writer,
    reader,
    access,
    signIn,
    oidc,
    box,
    installation,
    settings,
    retention,
    rescore,
    reports,
    velocity,
    crm,
    outgoing,
    live,
    channels,
    releases,
    dispatcher,
    courier,
    gatekeeper,
    shadows,
    canaries,
    silence,
    expiry,
    async close() {
      const end = clock.monotonic() + closingMs
      const inOrder: Record<string, () => unknown> = {
        timers: () => {
          clearInterval(pruning)
          records.close()
          silence.close()
        },
        expiry: () => expiry.close(),
        retention: () => retention.close(),
        backfill: () => backfill.stop(),
        rescore: () => rescore.stop(),
        reports: () => reports.close(),
        canaries: () => canaries.close(),
        gatekeeper: () => gatekeeper.idle(),
        wakes: stopWaking,
        courier: () => courier.close(),
        shadows: () => shadows.close(),
        'shadow requests': () => shadowOutgoing.close(),
        'outbox, in peace': () => dispatcher.drain(Math.max(0, end - clock.monotonic())),
        'outbox, cut off': () => dispatcher.close(),
        releases: () => releases.close(),
        live: () => live.close(),
        crm: () => crm.close(),
        requests: () => outgoing.close(),
        channels: () => Promise.all([...channels.values()].map((channel) => channel.close())),
        reader: () => reader.close(),
        database: () => db.destroy(),
        writer: () => writer.close(),
        metrics: () => metrics.close(),
      }
      for (const [what, close] of Object.entries(inOrder)) {
        const from = clock.monotonic()
        await close()
        const ms = Math.round(clock.monotonic() - from)
        if (ms > slowCloseMs) log.warn({ what, ms }, 'took long to close')
      }
      if (config.databaseIsTemporary)
        rmSync(dirname(config.databasePath), { recursive: true, force: true })
    },
  }
}
