import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { authState } from './api/session.ts'
import { readCallSearch } from './pages/calls/call-search.ts'
import { readReportSearch } from './pages/reports/report-search.ts'
import { readLeadSearch } from './pages/leads/lead-search.ts'
import { PageError } from './parts/page-error.tsx'
import { PageMissing } from './parts/page-missing.tsx'
import { Shell } from './shell/shell.tsx'

interface RouterContext {
  readonly queries: QueryClient
}

const root = createRootRouteWithContext<RouterContext>()({ notFoundComponent: PageMissing })

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** Addresses within the app only. */
const pathOf = (value: unknown): string | undefined => {
  const path = textOf(value)
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : undefined
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search) => ({
    return: pathOf(search['return']),
    problem: textOf(search['problem']),
  }),
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in.tsx'), 'SignIn'),
})
const setUp = createRoute({
  getParentRoute: () => root,
  path: '/setup/$token',
  component: lazyRouteComponent(() => import('./pages/sign-in/set-up.tsx'), 'SetUp'),
})
const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite/$token',
  component: lazyRouteComponent(() => import('./pages/sign-in/invite.tsx'), 'Invite'),
})

/** Everything behind the sign-in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const state = await context.queries.ensureQueryData(authState)
    if (!state.me)
      throw redirect({ to: '/sign-in', search: { return: location.href, problem: undefined } })
  },
})
const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/home/home.tsx'), 'Home'),
})
const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  component: lazyRouteComponent(() => import('./pages/account/account.tsx'), 'AccountPage'),
})
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings/{-$section}',
  component: lazyRouteComponent(() => import('./pages/settings/settings.tsx'), 'Settings'),
})

const policies = createRoute({
  getParentRoute: () => shell,
  path: '/policies',
  component: lazyRouteComponent(() => import('./pages/policies/policies.tsx'), 'Policies'),
})
const policy = createRoute({
  getParentRoute: () => shell,
  path: '/policies/$id',
  validateSearch: (search): { node?: string } => {
    const node = textOf(search['node'])
    return node === undefined ? {} : { node }
  },
  component: lazyRouteComponent(() => import('./policy/policy-page.tsx'), 'PolicyCanvasPage'),
})
const policyHistory = createRoute({
  getParentRoute: () => shell,
  path: '/policies/$id/history',
  component: lazyRouteComponent(() => import('./pages/policies/policy.tsx'), 'PolicyPage'),
})
const calls = createRoute({
  getParentRoute: () => shell,
  path: '/calls',
  validateSearch: readCallSearch,
  component: lazyRouteComponent(() => import('./pages/calls/calls.tsx'), 'Calls'),
})
const call = createRoute({
  getParentRoute: () => shell,
  path: '/calls/$ref',
  component: lazyRouteComponent(() => import('./pages/calls/call.tsx'), 'CallPage'),
})
const leads = createRoute({
  getParentRoute: () => shell,
  path: '/leads',
  validateSearch: readLeadSearch,
  component: lazyRouteComponent(() => import('./pages/leads/leads.tsx'), 'Leads'),
})
const leadWeights = createRoute({
  getParentRoute: () => shell,
  path: '/leads/weights',
  component: lazyRouteComponent(() => import('./pages/leads/weights.tsx'), 'LeadWeightsPage'),
})
const reports = createRoute({
  getParentRoute: () => shell,
  path: '/reports',
  validateSearch: readReportSearch,
  component: lazyRouteComponent(() => import('./pages/reports/reports.tsx'), 'Reports'),
})
const live = createRoute({
  getParentRoute: () => shell,
  path: '/live',
  component: lazyRouteComponent(() => import('./pages/live/live.tsx'), 'Live'),
})

const tree = root.addChildren([
  signIn,
  setUp,
  invite,
  shell.addChildren([
    home,
    account,
    settings,
    policies,
    policy,
    policyHistory,
    calls,
    call,
    leads,
    leadWeights,
    live,
    reports,
  ]),
])

export function createAppRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: 'intent',
    defaultErrorComponent: PageError,
    defaultNotFoundComponent: PageMissing,
    defaultPendingMs: 300,
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
