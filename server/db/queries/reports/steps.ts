import { z } from 'zod'
import type { Db } from '../../open.ts'

const documentSchema = z.object({
  nodes: z.record(
    z.string(),
    z.object({
      label: z.string().optional(),
      message: z.object({ text: z.string() }).optional(),
    }),
  ),
  fallback: z.object({ message: z.object({ text: z.string() }).optional() }).optional(),
})
type Document = z.infer<typeof documentSchema>

function parse(text: string | undefined): Document | undefined {
  return text === undefined ? undefined : documentSchema.safeParse(JSON.parse(text)).data
}

/** What the steps of policies are called and say. */
export interface Steps {
  label(policy: string, node: string): Promise<string | null>
  text(policy: string, release: string, node: string): Promise<string | null>
}

/** Reads each release once. */
export function readSteps(db: Db): Steps {
  const read = new Map<string, Promise<Document | undefined>>()
  const once = (key: string, load: () => Promise<Document | undefined>) => {
    const known = read.get(key) ?? load()
    read.set(key, known)
    return known
  }
  const releases = (policy: string) =>
    db.selectFrom('releases').select('document').where('policy_id', '=', policy)
  const newest = (policy: string) =>
    once(policy, async () =>
      parse((await releases(policy).orderBy('seq', 'desc').limit(1).executeTakeFirst())?.document),
    )
  const one = (policy: string, release: string) =>
    once(`${policy} ${release}`, async () =>
      parse((await releases(policy).where('id', '=', release).executeTakeFirst())?.document),
    )
  const own = (document: Document | undefined, node: string) =>
    document && Object.hasOwn(document.nodes, node) ? document.nodes[node] : undefined
  return {
    label: async (policy, node) => own(await newest(policy), node)?.label ?? null,
    async text(policy, release, node) {
      const document = await one(policy, release)
      const message = node === 'fallback' ? document?.fallback?.message : undefined
      return (own(document, node)?.message ?? message)?.text ?? null
    },
  }
}
