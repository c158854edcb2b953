import { createBackOff } from '../access/back-off.ts'
import type { SignInRouteDeps } from './account/deps.ts'
import { enteringRoutes } from './account/enter.ts'
import { linkRoutes } from './account/links.ts'
import { ownAccountRoutes } from './account/own.ts'
import { secondStepRoutes } from './account/second-step.ts'

/** Signing in and out, one-time links, and what everybody does with the own account. */
export function signInRoutes(deps: SignInRouteDeps) {
  const guesses = createBackOff()
  return [
    enteringRoutes(deps),
    linkRoutes(deps),
    ownAccountRoutes(deps, guesses),
    secondStepRoutes(deps, guesses),
  ] as const
}
