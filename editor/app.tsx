import { DirectionProvider, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useState } from 'react'
import { createQueries } from './api/query.ts'
import { createAppRouter } from './router.tsx'
import { cssVariablesResolver, theme } from './theme/theme.ts'

/** Everything that is there once, whatever page is open. */
export function App() {
  const [queries] = useState(createQueries)
  const [router] = useState(() => createAppRouter(queries))
  return (
    <DirectionProvider>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariablesResolver}
        defaultColorScheme="auto"
      >
        <QueryClientProvider client={queries}>
          <Notifications position="bottom-left" autoClose={8000} limit={4} />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </DirectionProvider>
  )
}
