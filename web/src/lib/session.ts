import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { api, unwrap } from './api/client'
import { Problem } from './api/problem'
import type { Session } from './api/types'
import { recall, remember } from './remembered'

/** The permissions of the server that the app asks about. */
export type Permission =
  | 'documents.create' | 'chat.channels' | 'chat.moderation' | 'chat.holds' | 'people.list' | 'people.manage' | 'actors.observe' | 'tenant.manage' | 'platform.manage'

/** Without a connection the app opens for whoever was signed in last: their own copies are all it can show. */
async function readSession(): Promise<Session> {
  try {
    const session = await unwrap(api.GET('/api/v1/auth/session'))
    remember('session', session)
    return session
  } catch (error) {
    const last = recall<Session>('session')
    if (error instanceof Problem && error.unreachable && last) return last
    throw error
  }
}

export const sessionQuery = queryOptions<Session>({
  queryKey: ['session'],
  queryFn: readSession,
  staleTime: 60_000,
})

export const useSession = () => useSuspenseQuery(sessionQuery).data

export function usePermission(permission: Permission) {
  return useSession().permissions.includes(permission)
}
