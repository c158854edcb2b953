import { notifications } from '@mantine/notifications'
import type { UseMutationResult } from '@tanstack/react-query'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useProblemText } from './problem-text.ts'

interface Change<Input, Output> {
  readonly run: (input: Input) => Promise<Output>
  /** Query keys that are read anew. */
  readonly renews: readonly string[]
  /** Said when it is done. */
  readonly done?: string
  readonly onDone?: (output: Output, input: Input) => void
}

/** A change at the server: tells that it is done, or why not, and reads anew what it touched. */
export function useChange<Input, Output>(
  change: Change<Input, Output>,
): UseMutationResult<Output, Error, Input> {
  const queries = useQueryClient()
  const problemText = useProblemText()
  return useMutation({
    mutationFn: change.run,
    onSuccess: async (output, input) => {
      for (const key of change.renews) await queries.invalidateQueries({ queryKey: [key] })
      if (change.done !== undefined) notifications.show({ message: change.done })
      change.onDone?.(output, input)
    },
    onError: (error) =>
      notifications.show({
        message: problemText(error),
        role: 'alert',
        color: 'var(--err)',
        autoClose: false,
      }),
  })
}
