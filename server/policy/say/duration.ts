import type { TextKey, Words } from './words.ts'
import { fill, plain } from './words.ts'

const perHour = 60
const perDay = 1440

/** Minutes as people say them: 60 is an hour. */
export function duration(minutes: number, words: Words): string {
  const say = (key: TextKey, count: number) => plain(fill(words(key, count), { count }))
  if (minutes >= perDay && minutes % perDay === 0) return say('days', minutes / perDay)
  return minutes >= perHour && minutes % perHour === 0
    ? say('hours', minutes / perHour)
    : say('minutes', minutes)
}

/** A number with its unit. */
export const counted = (key: TextKey, count: number, words: Words): string =>
  plain(fill(words(key, count), { count }))
