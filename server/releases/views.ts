import type { Problem } from '../schema/problem.ts'
import type { PolicyDocument } from './document.ts'
import { policyFile } from './folder.ts'
import type { Assessed } from './read-document.ts'
import type { PolicyState, ReleaseInfo } from './state.ts'

export interface DraftView {
  readonly revision: number
  /** Null only for a policy whose file was never readable. */
  readonly document: PolicyDocument | null
  /** Release it was begun on; null before the first. */
  readonly basedOn: string | null
  /** Not begun on what is live now: publishing it needs `force`. */
  readonly outdated: boolean
  /** Somebody edited it; otherwise it is equal to live. */
  readonly edited: boolean
  readonly by: string | null
  readonly at: string | null
  readonly problems: readonly Problem[]
}

export interface PolicySummary {
  readonly id: string
  readonly name: string
  readonly numbers: readonly string[]
  readonly live: (ReleaseInfo & { readonly problems: readonly Problem[] }) | null
  readonly draft: Pick<DraftView, 'revision' | 'basedOn' | 'outdated' | 'edited'>
  /** Of what is live and of the file. */
  readonly problems: readonly Problem[]
  /** The file does not hold what is live. */
  readonly fileDiffers: boolean
  readonly file: string
}

export interface PolicyDetail extends Omit<PolicySummary, 'live' | 'draft'> {
  readonly live:
    | (ReleaseInfo & {
        readonly document: PolicyDocument
        readonly problems: readonly Problem[]
      })
    | null
  readonly draft: DraftView
}

function fileWarning(state: PolicyState): Problem[] {
  const file = policyFile(state.id)
  if (!state.live) return []
  switch (state.file.state) {
    case 'deleted':
      return [
        {
          severity: 'warning',
          code: 'file_deleted',
          path: [],
          file,
          message: `The file ${file} was deleted; the release goes on answering calls.`,
          hint: 'Publish to write the file again, or set "numbers" to [] to take the policy off its lines.',
        },
      ]
    case 'unwritable':
      return [
        {
          severity: 'warning',
          code: 'file_not_written',
          path: [],
          file,
          message: `The release is live, but the file ${file} could not be written.`,
          hint: 'Make the folder of policies writable, then publish again.',
        },
      ]
    default:
      return []
  }
}

/** What is wrong with the live release and with the file. */
function problemsOf(state: PolicyState): Problem[] {
  return [...(state.live?.problems ?? []), ...fileWarning(state), ...state.file.problems]
}

function fileDiffers({ live, file }: PolicyState): boolean {
  return live ? file.state !== 'present' : file.state === 'broken'
}

/** The draft: what somebody edited, else what is live, else what the file holds. */
export function draftDocument(state: PolicyState): PolicyDocument | undefined {
  return state.draft?.document ?? state.live?.document ?? state.file.document
}

export function isOutdated({ draft, live }: PolicyState): boolean {
  return draft !== undefined && draft.basedOn !== (live?.info.release ?? null)
}

const textOf = (value: unknown, otherwise: string): string =>
  typeof value === 'string' ? value : otherwise

function headOf(state: PolicyState) {
  const document = state.live?.document ?? draftDocument(state) ?? {}
  const { numbers } = document
  return {
    id: state.id,
    name: textOf(document['name'], state.id),
    numbers: Array.isArray(numbers) ? numbers.filter((one) => typeof one === 'string') : [],
    problems: problemsOf(state),
    fileDiffers: fileDiffers(state),
    file: policyFile(state.id),
  }
}

function draftHead(state: PolicyState) {
  const { draft, live, revision } = state
  return {
    revision,
    basedOn: draft ? draft.basedOn : (live?.info.release ?? null),
    outdated: isOutdated(state),
    edited: draft !== undefined,
  }
}

export function summaryOf(state: PolicyState): PolicySummary {
  const problems = problemsOf(state)
  return {
    ...headOf(state),
    live: state.live ? { ...state.live.info, problems } : null,
    draft: draftHead(state),
  }
}

export function draftView(state: PolicyState, assessed: Assessed | undefined): DraftView {
  return {
    ...draftHead(state),
    document: draftDocument(state) ?? null,
    by: state.draft?.by ?? null,
    at: state.draft?.at ?? null,
    problems: assessed?.problems ?? state.file.problems,
  }
}

export function detailOf(state: PolicyState, assessed: Assessed | undefined): PolicyDetail {
  const { live } = state
  return {
    ...headOf(state),
    live: live ? { ...live.info, document: live.document, problems: problemsOf(state) } : null,
    draft: draftView(state, assessed),
  }
}
