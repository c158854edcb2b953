import { common } from './en/common.ts'
import { home } from './en/home.ts'
import { settings } from './en/settings.ts'
import { shell } from './en/shell.ts'
import { signIn } from './en/sign-in.ts'

/** Every text on screen, by area. A translation has the same shape. */
export const en = { common, home, settings, shell, signIn } as const
