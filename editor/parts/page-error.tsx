import { useRouter } from '@tanstack/react-router'
import { ErrorState } from './states.tsx'

/** A page that threw; the rest of the application stands. */
export function PageError({ error }: { error: unknown }) {
  const router = useRouter()
  return (
    <main id="content">
      <ErrorState error={error} onRetry={() => void router.invalidate()} />
    </main>
  )
}
