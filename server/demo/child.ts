import { oneLine } from '../one-line.ts'
import type { Order, Report } from './child-messages.ts'
import { orderSchema } from './child-messages.ts'
import type { Host } from './host.ts'
import { startHost } from './host.ts'
import { removeWorkspace } from './workspace.ts'

function report(message: Report): void {
  process.send?.(message)
}

async function start(order: Extract<Order, { type: 'start' }>): Promise<Host> {
  const host = await startHost({ ...order, webhookUrl: 'http://127.0.0.1:9/not-yet' })
  report({ type: 'listening', url: host.simulator.url })
  return host
}

/**
 * The demo's simulator, in a process of its own so that its work does not slow the decisions down. It
 * ends with the demo, also when that is killed; signals of the terminal are the demo's to answer.
 */
export async function runChild(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
  let host: Host | undefined
  let folder: string | undefined
  const obey = async (order: Order): Promise<void> => {
    switch (order.type) {
      case 'start':
        folder = order.folder
        host = await start(order)
        return
      case 'connect':
        if (!host) return
        host.simulator.account.subscription.url = `${order.url}/webhooks/whatsapp`
        return host.announce({ url: order.url, token: order.token })
      case 'call':
        await host?.simulator.call(order.call)
    }
  }
  process.on('message', (message) => {
    obey(orderSchema.parse(message)).catch((error: unknown) =>
      report({ type: 'failed', message: oneLine(error) }),
    )
  })
  await new Promise<void>((resolve) => process.once('disconnect', resolve))
  if (folder !== undefined) removeWorkspace(folder)
  process.exit(0)
}
