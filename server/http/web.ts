import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import type { AppEnv } from './env.ts'

/** Where the build puts the web app: beside the server's own files. */
const builtFolder = fileURLToPath(new URL('./web', import.meta.url))

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.json': 'application/json',
}

/** Addresses that are the server's own: what is not there under them is not a page of the web app. */
const ownPaths = /^\/(api|webhooks|l|healthz|readyz|metrics)(\/|$)/

interface File {
  readonly type: string
  readonly plain: Buffer
  /** Made when first asked for; what is packed already is left as it is. */
  packed: { readonly br: Buffer; readonly gzip: Buffer } | undefined
  readonly isPackable: boolean
}

function readFolder(folder: string): Map<string, File> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
  return new Map(
    names
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name)
        const type = types[extname(entry.name)] ?? 'application/octet-stream'
        const isPackable = /text|svg|json/.test(type)
        const url = path.slice(folder.length).replaceAll('\\', '/')
        return [url, { type, plain: readFileSync(path), packed: undefined, isPackable }]
      }),
  )
}

function pack(file: File): { readonly br: Buffer; readonly gzip: Buffer } {
  file.packed ??= {
    br: brotliCompressSync(file.plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
    gzip: gzipSync(file.plain),
  }
  return file.packed
}

const notBuilt = `<!doctype html><html lang="en"><title>Callgate</title>
<p>The server runs from its sources, without the web app. <code>npm start</code> builds and serves both;
<code>npm run dev:web</code> serves the web app while it is being worked on. The API is at
<a href="/api/docs">/api/docs</a>.</p></html>`

/** Answers with a file or the page of the web app; undefined for an address that is not its. */
export type Web = (context: Context<AppEnv>) => Response | undefined

function send(context: Context<AppEnv>, file: File): Response {
  context.header('Content-Type', file.type)
  if (!file.isPackable) return context.body(new Uint8Array(file.plain), 200)
  context.header('Vary', 'Accept-Encoding')
  const supports = ['br', 'gzip', 'identity']
  const encoding = accepts(context, { header: 'Accept-Encoding', supports, default: 'identity' })
  if (encoding !== 'br' && encoding !== 'gzip') return context.body(new Uint8Array(file.plain), 200)
  context.header('Content-Encoding', encoding)
  return context.body(new Uint8Array(pack(file)[encoding]), 200)
}

/**
 * The web app: its files by their hashed names for good, its page for every other address, never cached.
 * @param folder of the built web app; what the build puts beside the server when left out
 */
export function createWeb(folder = builtFolder): Web {
  const files = existsSync(join(folder, 'index.html')) ? readFolder(folder) : undefined
  return (context) => {
    const { path, method } = context.req
    if (ownPaths.test(path) || (method !== 'GET' && method !== 'HEAD')) return undefined
    if (!files) return path === '/' ? context.html(notBuilt, 200) : undefined
    // a file that is gone is not a page: an old page that asks for it must see that
    const isAsset = path.startsWith('/assets/')
    const file = files.get(path) ?? (isAsset ? undefined : files.get('/index.html'))
    if (!file) return undefined
    const forGood = 'public, max-age=31536000, immutable'
    context.header('Cache-Control', isAsset ? forGood : 'no-cache')
    return send(context, file)
  }
}
