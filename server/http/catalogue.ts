import { createRoute } from '@hono/zod-openapi'
import type { InstallationStore } from '../installation.ts'
import type { Catalogue, ShownInstallation } from '../schema/catalogue.ts'
import { catalogueSchema } from '../schema/catalogue.ts'
import { factNames, factSpec } from '../schema/facts.ts'
import type { Installation } from '../schema/installation.ts'
import { teamsOf } from '../schema/installation.ts'
import { errorResponses } from './errors.ts'
import { createRoutes, json } from './route-parts.ts'

export interface CatalogueDeps {
  readonly installation: InstallationStore
}

const route = createRoute({
  method: 'get',
  path: '/api/catalogue',
  operationId: 'getCatalogue',
  tags: ['Policies'],
  summary: 'What policies may name',
  description:
    'Facts, calendars, teams, agents, assistants and declared attributes of this installation. `installation` ' +
    'is what the engine needs beside a policy, so that an editor can check and simulate with it; secrets are ' +
    'left out and addresses of assistants are cut to their origin.',
  responses: { 200: json(catalogueSchema, 'As it is now'), ...errorResponses() },
})

/** An installation as everybody may see it. */
export function shownInstallation(installation: Installation): ShownInstallation {
  const { calendars, agents, lines, assistants, declared, connectors, reportZone } = installation
  return {
    calendars: { ...calendars },
    agents: [...agents],
    lines: [...lines],
    assistants: assistants.map(({ secret: _, ...shown }) => ({
      ...shown,
      url: new URL(shown.url).origin,
    })),
    declared,
    connectors: [...connectors],
    reportZone,
  }
}

function catalogueOf(installation: Installation): Catalogue {
  return {
    facts: factNames(installation).flatMap((name) => factSpec(name, installation) ?? []),
    teams: [...teamsOf(installation)].sort(),
    installation: shownInstallation(installation),
  }
}

/** What the policy editor offers. */
export function catalogueRoutes({ installation }: CatalogueDeps) {
  return createRoutes().openapi(route, (context) =>
    context.json(catalogueOf(installation.current()), 200),
  )
}
