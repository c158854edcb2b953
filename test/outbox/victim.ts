import { systemClock, toIso } from '../../server/clock.ts'
import { openForReading } from '../../server/db/open.ts'
import { openWriter } from '../../server/db/writer.ts'
import { createLogger } from '../../server/logger.ts'
import { createDispatcher } from '../../server/outbox/dispatcher.ts'
import { standInChannel } from './stand-in.ts'

// Started by kill.test.ts, which gives a database and an address, and kills it.
const [path = '', url = ''] = process.argv.slice(2)
const writer = await openWriter(path)
await writer.run('recoverActions', { now: toIso(systemClock.now()) })
createDispatcher({
  writer,
  db: openForReading(path),
  channels: new Map([['whatsapp', standInChannel(url)]]),
  clock: systemClock,
  log: createLogger('silent'),
  notify: async () => ({ outcome: 'done' }),
  alarm: () => undefined,
})
