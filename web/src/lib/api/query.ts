import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { Problem } from './problem'

const STALE_MS = 15_000
let onSignedOut = () => {}

/** The app registers what happens when the server says that nobody is signed in any more. */
export function whenSignedOut(handler: () => void) {
  onSignedOut = handler
}

function noticeSignOut(error: Error) {
  if (error instanceof Problem && error.status === 401) onSignedOut()
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSignOut }),
  mutationCache: new MutationCache({ onError: noticeSignOut }),
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      // Only a silent server is worth asking again; a refusal stays a refusal.
      retry: (failures, error) => error instanceof Problem && (error.unreachable || error.status >= 500) && failures < 3,
      // The loopback and a local network work without what the browser calls "online".
      networkMode: 'always',
      refetchOnReconnect: true,
    },
    mutations: { networkMode: 'always' },
  },
})
