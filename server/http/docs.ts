import { createHash } from 'node:crypto'
import { OpenAPIHono } from '@hono/zod-openapi'
import { html, raw } from 'hono/html'
import type { AppEnv } from './env.ts'
import { docsStyle } from './docs-style.ts'
import type { ApiDocument } from './openapi.ts'
import { apiDocument } from './openapi.ts'

type Html = ReturnType<typeof html>
type Json = Readonly<Record<string, unknown>>

const methods = ['get', 'put', 'post', 'delete', 'patch'] as const

interface Operation {
  readonly method: string
  readonly path: string
  readonly doc: Json
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const objectOf = (value: unknown): Json => (isObject(value) ? value : {})
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : [])
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Text in which only `code` is marked up. */
function prose(text: string): Html {
  const parts = text.split('`')
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`
}

function operationsOf(document: ApiDocument): Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const doc = objectOf(item)[method]
      return isObject(doc) ? [{ method, path, doc }] : []
    }),
  )
}

/** Operations by their first tag, in the order in which the tags come. */
function byTag(operations: readonly Operation[]): Map<string, Operation[]> {
  const groups = new Map<string, Operation[]>()
  for (const operation of operations) {
    const { tags } = operation.doc
    const tag = textOf(Array.isArray(tags) ? tags[0] : undefined) || 'Other'
    groups.set(tag, [...(groups.get(tag) ?? []), operation])
  }
  return groups
}

const anchor = ({ doc, method, path }: Operation) =>
  textOf(doc['operationId']) || `${method}-${path}`.replaceAll(/[^a-z]+/gi, '-')

/** A schema in one line: its name, or its type. */
function typeName(schema: Json): string {
  const ref = textOf(schema['$ref'])
  if (ref) return ref.split('/').at(-1) ?? ref
  const { type } = schema
  if (type === 'array') return `list of ${typeName(objectOf(schema['items']))}`
  if (Array.isArray(schema['enum'])) return schema['enum'].map(String).join(' | ')
  return Array.isArray(type) ? type.join(' or ') : textOf(type) || 'any'
}

function parameters(operation: Operation): Html | string {
  const all = listOf(operation.doc['parameters'])
  if (all.length === 0) return ''
  return html`<h4>Parameters</h4>
    <table>
      ${all.map((one) => {
        const schema = objectOf(one['schema'])
        const description = textOf(one['description']) || textOf(schema['description'])
        return html`<tr>
          <th scope="row"><code>${textOf(one['name'])}</code></th>
          <td>${textOf(one['in'])}${one['required'] === true ? ', required' : ''}</td>
          <td>${typeName(schema)}</td>
          <td>${prose(description)}</td>
        </tr>`
      })}
    </table>`
}

function exampleOf(document: ApiDocument, schema: Json): unknown {
  if (schema['example'] !== undefined) return schema['example']
  const name = textOf(schema['$ref']).split('/').at(-1) ?? ''
  return objectOf(objectOf(document.components?.schemas)[name])['example']
}

function content(document: ApiDocument, value: unknown): Html[] {
  return Object.entries(objectOf(value)).map(([type, media]) => {
    const schema = objectOf(objectOf(media)['schema'])
    const example = objectOf(media)['example'] ?? exampleOf(document, schema)
    const name = typeName(schema)
    const shown = typeof example === 'string' ? example : JSON.stringify(example, null, 2)
    const isNamed = textOf(schema['$ref']) !== ''
    return html`<p>${type}: ${isNamed ? html`<a href="#schema-${name}">${name}</a>` : name}</p>
      ${example === undefined ? '' : html`<pre>${shown}</pre>`}`
  })
}

function responses(document: ApiDocument, operation: Operation): Html {
  const all = Object.entries(objectOf(operation.doc['responses']))
  return html`<h4>Answers</h4>
    <dl>
      ${all.map(([status, response]) => {
        const { description, content: body } = objectOf(response)
        return html`<dt><code>${status}</code> ${prose(textOf(description))}</dt>
          ${status.startsWith('2') ? html`<dd>${content(document, body)}</dd>` : ''}`
      })}
    </dl>`
}

function section(document: ApiDocument, operation: Operation): Html {
  const { method, path, doc } = operation
  const body = objectOf(doc['requestBody'])['content']
  const { security } = doc
  const isOpen = Array.isArray(security) && security.length === 0
  return html`<section id="${anchor(operation)}">
    <h3>${textOf(doc['summary'])}</h3>
    <p class="address"><b class="${method}">${method.toUpperCase()}</b> <code>${path}</code></p>
    ${isOpen ? html`<p>Needs no credential.</p>` : ''}
    <p>${prose(textOf(doc['description']))}</p>
    ${parameters(operation)}
    ${
      body === undefined
        ? ''
        : html`<h4>Body</h4>
            ${content(document, body)}`
    }
    ${responses(document, operation)}
  </section>`
}

function schemas(document: ApiDocument): Html {
  return html`<h2 id="schemas">Shapes</h2>
    ${Object.entries(objectOf(document.components?.schemas)).map(
      ([name, schema]) =>
        html`<details id="schema-${name}">
          <summary><code>${name}</code></summary>
          <pre>${JSON.stringify(schema, null, 2)}</pre>
        </details>`,
    )}`
}

function navigation(groups: ReadonlyMap<string, readonly Operation[]>): Html {
  return html`<nav aria-label="Routes">
    ${[...groups].map(
      ([tag, operations]) =>
        html`<h2>${tag}</h2>
          <ul>
            ${operations.map(
              (one) =>
                html`<li>
                  <a href="#${anchor(one)}">${textOf(one.doc['summary']) || one.path}</a>
                </li>`,
            )}
          </ul>`,
    )}
    <h2><a href="#schemas">Shapes</a></h2>
  </nav>`
}

function page(document: ApiDocument): Html {
  const groups = byTag(operationsOf(document))
  const paragraphs = textOf(document.info.description).split('\n\n')
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${document.info.title} API</title>
        <style>
          ${raw(docsStyle)}
        </style>
      </head>
      <body>
        ${navigation(groups)}
        <main>
          <h1>${document.info.title} API</h1>
          ${paragraphs.map((text) => html`<p>${prose(text)}</p>`)}
          <p>For tools: <a href="/api/openapi.json">OpenAPI 3.1</a></p>
          ${[...groups].map(
            ([tag, operations]) =>
              html`<h2>${tag}</h2>
                ${operations.map((one) => section(document, one))}`,
          )}
          ${schemas(document)}
        </main>
      </body>
    </html>`
}

/** Only the very text of the page's own style may apply. */
function stylePolicy(text: string): string {
  const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'`
}

/** The description of the API for tools and for people; both open to everybody. */
export function docsRoutes(app: () => OpenAPIHono<AppEnv>) {
  const routes = new OpenAPIHono<AppEnv>()
  routes.get('/api/openapi.json', (context) => context.json(apiDocument(app())))
  routes.get('/api/docs', async (context) => {
    const text = String(await page(apiDocument(app())))
    context.header('Content-Security-Policy', stylePolicy(text))
    return context.html(text)
  })
  return routes
}
