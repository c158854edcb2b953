import { validate } from '../../../server/policy/validate/validate.ts'
import { parseTemplate } from '../../../server/policy/variables.ts'
import type { Catalogue } from '../../../server/schema/catalogue.ts'
import type { Message } from '../../../server/schema/message.ts'
import { messageLimits } from '../../../server/schema/message.ts'
import type { Policy, PolicyNode } from '../../../server/schema/policy.ts'
import { edgesOf, policyLimits } from '../../../server/schema/policy.ts'
import type { Problem } from '../../../server/schema/problem.ts'
import { exitsOf, targetOf, withTarget } from './exits.ts'
import { connect, remove, setNode } from './operations.ts'

/** What mends a problem: at once, after one choice, or in the form of its step. */
export type Fix =
  | { readonly kind: 'change'; readonly word: FixWord; readonly what?: string; readonly to: Policy }
  | { readonly kind: 'connect'; readonly from: string; readonly exit: string }
  | {
      readonly kind: 'choose'
      readonly options: readonly string[]
      readonly with: (option: string) => Policy
    }
  | { readonly kind: 'form'; readonly node: string | undefined }

export const fixWords = [
  'remove',
  'disconnect',
  'startAt',
  'ring',
  'wait',
  'budget',
  'default',
  'text',
  'line',
  'oneButton',
  'bypass',
  'exit',
] as const
export type FixWord = (typeof fixWords)[number]

interface Subject {
  readonly problem: Problem
  readonly policy: Policy
  readonly catalogue: Catalogue
}
type Mender = (subject: Subject) => Fix | undefined

const nodeOf = (policy: Policy, id: string | undefined): PolicyNode | undefined =>
  id !== undefined && Object.hasOwn(policy.nodes, id) ? policy.nodes[id] : undefined

/** The exit a problem stands at, e.g. `["nodes", "hours", "exits", "open"]`. */
function wayOf({ problem: { path }, policy }: Subject): { from: string; exit: string } | undefined {
  const [top, from] = path
  const exit = path.at(-1)
  if (top !== 'nodes' || typeof from !== 'string' || typeof exit !== 'string') return undefined
  const node = nodeOf(policy, from)
  return node && exitsOf(node).includes(exit) ? { from, exit } : undefined
}

/** A required exit that leads nowhere; validation names it in its words, the document by its absence. */
function openExit({ problem, policy }: Subject): Fix | undefined {
  const node = nodeOf(policy, problem.node)
  if (!node || problem.node === undefined) return undefined
  const open = exitsOf(node).filter(
    (exit) => exit !== 'unknown' && targetOf(node, exit) === undefined,
  )
  const exit = open.find((one) => problem.message.includes(`"${one}"`)) ?? open[0]
  return exit === undefined ? undefined : { kind: 'connect', from: problem.node, exit }
}

/** Everything in a document at a place, as if it were written anew. */
function replaceAt(value: unknown, path: Problem['path'], to: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return to
  if (Array.isArray(value))
    return value.map((one: unknown, index) => (index === key ? replaceAt(one, rest, to) : one))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      name === key ? replaceAt(one, rest, to) : one,
    ]),
  )
}
function valueAt(value: unknown, path: Problem['path']): unknown {
  return path.reduce<unknown>((one, key) => {
    if (typeof one !== 'object' || one === null || !Object.hasOwn(one, key)) return undefined
    // an own key of an object or array that was just found there
    return (one as Readonly<Record<string | number, unknown>>)[key]
  }, value)
}
// the same document but for one value of the same type
const withValue = (policy: Policy, path: Problem['path'], to: unknown): Policy =>
  replaceAt(policy, path, to) as Policy

const stands: Readonly<Record<string, string>> = { 'caller.name': 'there' }

/** Gives a variable that can be missing something to read in its place. */
const addDefault: Mender = ({ problem, policy, catalogue }) => {
  const text = valueAt(policy, problem.path)
  if (typeof text !== 'string') return undefined
  const uses = parseTemplate(text).parts.filter((part) => typeof part !== 'string')
  const lacking = uses.find(
    ({ path, filters, raw }) =>
      problem.message.includes(`(${path})`) &&
      !filters.some(({ name }) => name === 'default') &&
      text.includes(raw),
  )
  if (!lacking) return undefined
  const isInstant = catalogue.facts.find(({ name }) => name === lacking.path)?.type === 'instant'
  const word = stands[lacking.path] ?? (isInstant ? 'soon' : '–')
  const filled = `${lacking.raw.slice(0, -2).trimEnd()} | default: "${word}" }}`
  const to = withValue(
    policy,
    problem.path,
    text.replace(lacking.raw, () => filled),
  )
  return { kind: 'change', word: 'default', what: word, to }
}

/** Rings as long as the provider waits, and no longer. */
const shorten: Mender = ({ problem, policy, catalogue }) => {
  const node = nodeOf(policy, problem.node)
  const accept = problem.node === undefined ? policy.fallback : node
  if (accept?.kind !== 'accept') return undefined
  const at = Date.now()
  for (
    let seconds = Math.min(policyLimits.ringSeconds, (accept.ringSeconds ?? 20) - 1);
    seconds >= 5;
    seconds -= 1
  ) {
    const shorter = { ...accept, ringSeconds: seconds }
    const to =
      problem.node === undefined
        ? { ...policy, fallback: shorter }
        : setNode(policy, problem.node, shorter)
    const { installation } = catalogue
    const left = validate(to, { installation, at, exhaustiveLimit: 0 })
    if (!left.some(({ code, node: where }) => code === 'ring_too_long' && where === problem.node))
      return { kind: 'change', word: 'ring', what: String(seconds), to }
  }
  return undefined
}

/** Less patience with the CRM, or where that is not what waits, a larger budget. */
const inBudget: Mender = ({ problem, policy }) => {
  const node = nodeOf(policy, problem.node)
  if (node?.kind === 'crm' && problem.node !== undefined) {
    const deadlineMs = Math.max(1, Math.min(policy.budgetMs - 20, 100))
    const gates = Object.entries(policy.nodes).filter(([, one]) => one.kind === 'crm')
    const to = gates.reduce(
      (next, [id, one]) =>
        one.kind === 'crm' && (one.deadlineMs ?? Infinity) > deadlineMs
          ? setNode(next, id, { ...one, deadlineMs })
          : next,
      policy,
    )
    return { kind: 'change', word: 'wait', what: String(deadlineMs), to }
  }
  const needed = /take (\d+) ms/.exec(problem.message)?.[1]
  if (needed === undefined) return undefined
  return {
    kind: 'change',
    word: 'budget',
    what: needed,
    to: { ...policy, budgetMs: Number(needed) },
  }
}

/** One name for another where what is named does not exist. */
function otherName({ problem, policy, catalogue }: Subject): Fix | undefined {
  const id = problem.node
  const node = nodeOf(policy, id)
  if (!node || id === undefined) return undefined
  const choose = (
    options: readonly string[],
    make: (option: string) => PolicyNode,
  ): Fix | undefined =>
    options.length === 0
      ? undefined
      : { kind: 'choose', options, with: (option) => setNode(policy, id, make(option)) }
  const { installation, teams } = catalogue
  const agents = installation.agents.map((agent) => agent.id)
  if (node.kind === 'hours')
    return choose(Object.keys(installation.calendars), (calendar) => ({ ...node, calendar }))
  if (node.kind === 'ai_pickup')
    return choose(
      installation.assistants.map((assistant) => assistant.id),
      (assistant) => ({ ...node, assistant }),
    )
  if (node.kind === 'agents' && node.team !== undefined)
    return choose(teams, (team) => ({ ...node, team }))
  if (node.kind === 'agents' && node.agent !== undefined)
    return choose(agents, (agent) => ({ ...node, agent }))
  if (node.kind === 'accept' && 'team' in node.target)
    return choose(teams, (team) => ({ ...node, target: { team } }))
  if (node.kind === 'accept' && 'agent' in node.target)
    return choose(agents, (agent) => ({ ...node, target: { agent } }))
  if (node.kind === 'crm') return bypass({ problem, policy, catalogue }, 'unknown')
  return undefined
}

/** Takes a gate out whose callers all go one way: they go that way without being asked. */
function bypass({ problem, policy }: Subject, exit: string): Fix | undefined {
  const id = problem.node
  const node = nodeOf(policy, id)
  if (!node || id === undefined) return undefined
  const to = targetOf(node, exit)
  if (to === undefined || to === id) return undefined
  const others = Object.entries(policy.nodes).filter(([other]) => other !== id)
  const nodes = Object.fromEntries(
    others.map(([other, one]) => [
      other,
      edgesOf(one).reduce(
        (led, edge) => (edge.to === id ? withTarget(led, edge.exit, to) : led),
        one,
      ),
    ]),
  )
  const places = Object.entries(policy.layout ?? {}).filter(([other]) => other !== id)
  const { layout: _, ...rest } = policy
  const start = policy.start === id ? to : policy.start
  const grown = { ...rest, start, nodes }
  return {
    kind: 'change',
    word: 'bypass',
    to: places.length > 0 ? { ...grown, layout: Object.fromEntries(places) } : grown,
  }
}

/** An exit nobody takes: a gate with one way left is not needed; another one loses the exit, where it may. */
const withoutExit: Mender = (subject) => {
  const { policy, problem } = subject
  const way = wayOf(subject)
  const node = nodeOf(policy, way?.from)
  if (!way || !node) return undefined
  const rest = edgesOf(node).filter(({ exit }) => exit !== way.exit)
  const targets = new Set(rest.map(({ to }) => to))
  const [only] = rest
  if (only && targets.size === 1) return bypass({ ...subject, problem }, only.exit)
  if (way.exit !== 'default' && node.kind !== 'switch') return { kind: 'form', node: way.from }
  return { kind: 'change', word: 'exit', what: way.exit, to: connect(policy, way, undefined) }
}

/** Keeps the first kind of button, and as many as fit, each as short as it must be. */
const fewerButtons: Mender = ({ problem, policy }) => {
  const reject = problem.node === undefined ? policy.fallback : nodeOf(policy, problem.node)
  if (reject?.kind !== 'reject' || !reject.message) return undefined
  const { url, call, replies, ...rest } = reject.message
  const link = url && /^https?:\/\/[^/]/i.test(url.href) ? url : undefined
  const fewer = [...new Set(replies)].slice(0, messageLimits.replies)
  const message: Message = {
    ...rest,
    ...(link ? { url: link } : call ? { call } : fewer.length > 0 ? { replies: fewer } : {}),
  }
  const mended = { ...reject, message }
  const to =
    problem.node === undefined
      ? { ...policy, fallback: mended }
      : setNode(policy, problem.node, mended)
  return { kind: 'change', word: 'oneButton', to }
}

const withText: Mender = ({ problem, policy }) => {
  const message = { text: 'We could not take your call. Write to us here and we will answer.' }
  const mend = <N extends { kind: string }>(node: N) => ({ ...node, message })
  if (problem.node === undefined) {
    if (policy.fallback.kind !== 'reject') return undefined
    return { kind: 'change', word: 'text', to: { ...policy, fallback: mend(policy.fallback) } }
  }
  const node = nodeOf(policy, problem.node)
  if (node?.kind !== 'reject') return undefined
  return { kind: 'change', word: 'text', to: setNode(policy, problem.node, mend(node)) }
}

const byForm: Mender = ({ problem }) => ({ kind: 'form', node: problem.node })

const menders: Readonly<Partial<Record<Problem['code'], Mender>>> = {
  dangling_exit: (subject) => {
    const way = wayOf(subject)
    return way && { kind: 'connect', ...way }
  },
  missing_exit: openExit,
  bad_target: (subject) => openExit(subject) ?? byForm(subject),
  cycle: (subject) => {
    const way = wayOf(subject)
    if (!way) return undefined
    return { kind: 'change', word: 'disconnect', to: connect(subject.policy, way, undefined) }
  },
  unknown_start: ({ policy }) => {
    const led = new Set(
      Object.values(policy.nodes).flatMap((node) => edgesOf(node).map(({ to }) => to)),
    )
    const ids = Object.keys(policy.nodes)
    const start = ids.find((id) => !led.has(id)) ?? ids[0]
    return start === undefined
      ? undefined
      : { kind: 'change', word: 'startAt', what: start, to: { ...policy, start } }
  },
  unknown_calendar: (subject) => otherName(subject) ?? byForm(subject),
  not_configured: otherName,
  unknown_fact: byForm,
  unknown_operator: byForm,
  wrong_operand: byForm,
  bad_variable: byForm,
  message_too_long: byForm,
  silent_without_reason: byForm,
  invalid_shape: byForm,
  variable_needs_default: (subject) => addDefault(subject) ?? byForm(subject),
  message_buttons: fewerButtons,
  reject_without_message: withText,
  ring_too_long: shorten,
  number_claimed: ({ problem, policy }) => {
    const number = valueAt(policy, problem.path)
    if (typeof number !== 'string') return undefined
    const numbers = policy.numbers.filter((one) => one !== number)
    return { kind: 'change', word: 'line', what: number, to: { ...policy, numbers } }
  },
  unreachable_node: ({ problem, policy }) =>
    problem.node === undefined
      ? undefined
      : { kind: 'change', word: 'remove', to: remove(policy, new Set([problem.node])) },
  exit_never_taken: withoutExit,
  shadowed_condition: withoutExit,
  over_budget: inBudget,
}

/** The mend of a problem; undefined where only a person can know, or nothing in the document is wrong. */
export function fixOf(problem: Problem, policy: Policy, catalogue: Catalogue): Fix | undefined {
  try {
    return menders[problem.code]?.({ problem, policy, catalogue })
  } catch {
    // a draft too broken to be mended by rule is mended by hand; the hint says how
    return undefined
  }
}
