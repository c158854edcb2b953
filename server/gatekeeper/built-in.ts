import type { NodeOf } from '../schema/policy.ts'

/** What a caller is told when no policy answers for the number, or a policy's own fallback cannot be done. */
export const builtInReject: NodeOf<'reject'> = {
  kind: 'reject',
  message: {
    text: 'Sorry, we cannot take calls here right now. Please write to us and we will answer.',
  },
}
