import type { FactSeen, FactValue } from '../schema/facts.ts'
import { factSpec } from '../schema/facts.ts'
import type { Installation } from '../schema/installation.ts'
import type { Message, RenderedMessage } from '../schema/message.ts'
import { messageLimits } from '../schema/message.ts'
import { capText } from './clean-text.ts'
import { filteredText } from './filters.ts'
import { chooseLocale, languageTag, plainTextLanguage } from './language.ts'
import type { VariableUse } from './variables.ts'
import { parseTemplate } from './variables.ts'

/** What a text is filled from. */
export interface RenderContext {
  fact(name: string): FactSeen | undefined
  /** The call's opaque reference: what `{{call.id}}` shows, never the provider's id. */
  readonly callRef: string
  /** The caller's language; when left out, the fact `caller.language`. */
  readonly language?: string
  readonly installation: Installation
  /** The zone of a fact's instants where it is not the calendar named in it: the caller's own calendar. */
  zoneOf?(factName: string): string | undefined
}

export interface RenderOptions {
  /** `url` percent-encodes what is filled in; the author's own text stays as it is. */
  readonly encode?: 'text' | 'url'
  /** Language of the text itself, for the names of days and months; English when left out. */
  readonly language?: string
}

/**
 * A text with its variables filled (contract, section 1, "Variables"). What is filled in is data: never
 * expanded again, without unseen characters, of limited length. An unknown value without a `default`
 * is empty. Never throws; the text's own length is not limited here.
 */
export function renderText(
  template: string,
  context: RenderContext,
  options: RenderOptions = {},
): string {
  const language = languageTag(options.language ?? plainTextLanguage)
  return parseTemplate(template)
    .parts.map((part) => {
      if (typeof part === 'string') return part
      const text = variableText(part, context, language)
      return options.encode === 'url' ? encodeText(text) : text
    })
    .join('')
}

/** `encodeURIComponent` throws on half a surrogate pair. */
function encodeText(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, ''))
}

function variableText(variable: VariableUse, context: RenderContext, language: string): string {
  const { path, filters } = variable
  const { installation } = context
  const type = factSpec(path, installation)?.type
  const value = path === 'call.id' ? context.callRef : knownValue(context, path)
  return filteredText({ value, type }, filters, { zone: zoneOfFact(path, context), language })
}

function knownValue(context: RenderContext, name: string): FactValue | undefined {
  const seen = context.fact(name)
  return seen && 'value' in seen ? seen.value : undefined
}

function zoneOfFact(name: string, context: RenderContext): string {
  const { calendars, reportZone } = context.installation
  const calendar = /^hours\.(.+?)(?:\.nextOpen|\.today)?$/.exec(name)?.[1] ?? ''
  const named = Object.hasOwn(calendars, calendar) ? calendars[calendar]?.zone : undefined
  return context.zoneOf?.(name) ?? named ?? reportZone
}

/** The text of a message in the caller's language, and which of its locales that is. */
export function chosenText(
  message: Message,
  context: RenderContext,
): { readonly text: string; readonly locale: string | undefined } {
  const locales = message.locales ?? {}
  const wanted = context.language ?? String(knownValue(context, 'caller.language') ?? '')
  const locale = chooseLocale(locales, wanted)
  return { text: (locale === undefined ? undefined : locales[locale]) ?? message.text, locale }
}

/**
 * A message in the caller's language: `locales[language]`, then its base language, then `text`.
 * Every text keeps to the channel's limits. A link that does not begin with http:// or https:// after
 * filling, and a button whose label came out empty, are left out. Never throws.
 */
export function renderMessage(message: Message, context: RenderContext): RenderedMessage {
  const { text, locale: key } = chosenText(message, context)
  const scope = { context, language: key ?? plainTextLanguage }
  const url = renderUrl(message, scope)
  const call = renderCall(message, scope)
  const replies = renderReplies(message, scope)
  const limit = url || call || replies ? messageLimits.bodyWithButton : messageLimits.text
  return {
    text: capText(renderText(text, context, { language: scope.language }), limit),
    ...(key === undefined ? {} : { language: key }),
    ...(url ? { url } : {}),
    ...(call ? { call } : {}),
    ...(replies ? { replies } : {}),
    ...(message.template ? { template: renderTemplate(message.template, context) } : {}),
    ...(message.important === undefined ? {} : { important: message.important }),
  }
}

interface MessageScope {
  readonly context: RenderContext
  readonly language: string
}

function renderLabel(label: string, { context, language }: MessageScope): string {
  return capText(renderText(label, context, { language }).trim(), messageLimits.label)
}

function renderUrl(message: Message, scope: MessageScope): RenderedMessage['url'] {
  if (!message.url) return undefined
  const label = renderLabel(message.url.label, scope)
  const { language } = scope
  const href = renderText(message.url.href, scope.context, { encode: 'url', language }).trim()
  return label !== '' && isWebLink(href) ? { label, href } : undefined
}

function isWebLink(href: string): boolean {
  return /^https?:\/\/[^\s/?#\\@]+([/?#]|$)/i.test(href) && !/\p{Cc}/u.test(href)
}

function renderCall(message: Message, scope: MessageScope): RenderedMessage['call'] {
  if (!message.call) return undefined
  const label = renderLabel(message.call.label, scope)
  const ttlMinutes = message.call.ttlMinutes ?? messageLimits.callTtlMinutes.usual
  return label === '' ? undefined : { label, ttlMinutes, payload: scope.context.callRef }
}

/** WhatsApp refuses two buttons with one label. */
function renderReplies(message: Message, scope: MessageScope): RenderedMessage['replies'] {
  const labels = (message.replies ?? []).map((reply) => renderLabel(reply, scope))
  const distinct = [...new Set(labels.filter(Boolean))].slice(0, messageLimits.replies)
  if (distinct.length === 0) return undefined
  return distinct.map((label, index) => ({ id: `${scope.context.callRef}:${index + 1}`, label }))
}

function renderTemplate(
  template: NonNullable<Message['template']>,
  context: RenderContext,
): NonNullable<RenderedMessage['template']> {
  const { name, language, params } = template
  if (!params) return { name, language }
  const render = (param: string): string =>
    capText(renderText(param, context, { language }), messageLimits.bodyWithButton)
  if (Array.isArray(params)) return { name, language, params: params.map(render) }
  const entries = Object.entries(params).map(([key, param]) => [key, render(param)] as const)
  return { name, language, params: Object.fromEntries(entries) }
}
