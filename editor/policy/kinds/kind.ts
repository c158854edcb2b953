import type { TFunction } from 'i18next'
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Catalogue } from '../../../server/schema/catalogue.ts'
import type { NodeKind, NodeOf, PolicyNode } from '../../../server/schema/policy.ts'

export interface FormProps<N extends PolicyNode = PolicyNode> {
  readonly node: N
  /** @param field what is typed in, so that its letters are one step to undo */
  readonly change: (next: N, field?: string) => void
  readonly catalogue: Catalogue
  /** The node's id, for what is remembered about a form. */
  readonly id: string
}

/** What there is to know about a kind of node, beside its exits: its look, its words, its form. */
export interface Kind<K extends NodeKind> {
  readonly kind: K
  readonly icon: LucideIcon
  /** A new one, with what this installation has. */
  readonly blank: (catalogue: Catalogue) => NodeOf<K>
  /** Its parameters in a few words. */
  readonly summary: (node: NodeOf<K>, t: TFunction) => string
  readonly Form: (props: FormProps<NodeOf<K>>) => ReactNode
}
