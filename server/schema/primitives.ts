import { z } from 'zod'

/** Keys that would reach an object's prototype; never accepted as a name in any document. */
export const prototypeKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

const isSafeKey = (key: string): boolean => !prototypeKeys.has(key)

/** A name of a node, calendar, team, attribute …: what may stand as a key in a document. */
export const nameSchema = z
  .string()
  .min(1)
  .max(64)
  .refine(isSafeKey, { message: 'this name is reserved, choose another' })

/** File name of a policy without `.json`; also its id in every URL. */
export const policyIdSchema = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/, 'use letters, digits, "-", "_" and ".", at most 64')
  .refine((id) => isSafeKey(id) && !id.endsWith('.cases'), { message: 'this id is reserved' })

/** An instant with an offset, e.g. `2026-11-20T09:00:00+01:00` or `…Z` (RFC 3339). */
export const instantSchema = z.iso.datetime({ offset: true })

/** A calendar date, `YYYY-MM-DD`. */
export const dateSchema = z.iso.date()

/** A local wall-clock time, `HH:mm`. */
export const wallClockSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'use HH:mm')

/** The end of an interval: a wall-clock time or `24:00`. */
export const wallClockEndSchema = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'use HH:mm, or 24:00')

/** Three-valued logic (Kleene): what a condition is worth. */
export type Truth = true | false | 'unknown'

/** The channels Callgate speaks. */
export const channelSchema = z.enum(['whatsapp', 'waha', 'wawp'])
export type ChannelName = z.infer<typeof channelSchema>
