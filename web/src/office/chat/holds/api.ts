import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '@/lib/api/client'
import type { NewChatHold } from '@/lib/api/types'

export const holdsQuery = queryOptions({ queryKey: ['chat', 'holds', 'list'], queryFn: () => unwrap(api.GET('/api/v1/chat/holds')) })
export const holdAuditQuery = infiniteQueryOptions({
  queryKey: ['chat', 'holds', 'audit'],
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/v1/chat/holds/audit', { params: { query: pageParam ? { cursor: pageParam } : {} } })),
  initialPageParam: '',
  getNextPageParam: (page) => page.next_cursor || null,
})
export const placeHold = (body: NewChatHold) => unwrap(api.POST('/api/v1/chat/holds', { body }))
export const releaseHold = (hold: string) => unwrap(api.POST('/api/v1/chat/holds/{hold}/release', { params: { path: { hold } } }))
export const exportUrl = (hold: string) => `/api/v1/chat/holds/${hold}/export`
