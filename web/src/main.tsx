import './ui/tokens.css'
import { createRouter, RouterProvider } from '@tanstack/react-router'
import { QueryClientProvider } from '@tanstack/react-query'
import { setNonce } from 'get-nonce'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { PageError, PageNotFound, PagePending } from './app/page-states'
import { queryClient, whenSignedOut } from './lib/api/query'
import { startI18n } from './lib/i18n'
import { nonce } from './lib/nonce'
import { forgetRemembered } from './lib/remembered'
import { keepAppOffline } from './lib/offline-app'
import { sessionQuery } from './lib/session'
import { routeTree } from './routes/tree.gen'

const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  defaultErrorComponent: PageError,
  defaultNotFoundComponent: PageNotFound,
  defaultPendingComponent: PagePending,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

whenSignedOut(() => {
  const { pathname, href } = router.state.location
  if (pathname === '/sign-in') return
  forgetRemembered()
  queryClient.removeQueries({ queryKey: sessionQuery.queryKey })
  void router.navigate({ to: '/sign-in', search: { next: href } })
})

// Radix writes a style element while a dialog is open; the server allows it by this nonce only.
if (nonce) setNonce(nonce)

async function start() {
  const root = document.getElementById('root')
  if (!root) throw new Error('index.html has no #root')
  await startI18n()
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  )
}

void start()
if (import.meta.env.PROD) keepAppOffline()
