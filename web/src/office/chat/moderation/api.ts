import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '@/lib/api/client'
import type { ChatDecision } from '@/lib/api/types'

const paged = { initialPageParam: '', getNextPageParam: (page: { next_cursor?: string | null }) => page.next_cursor || null }
const at = (cursor: string) => (cursor ? { cursor } : {})
const ofPerson = (room: string, user: string) => ({ params: { path: { room, user } } })

export const reportMessage = (room: string, seq: number, reason: string) =>
  unwrap(api.POST('/api/v1/chat/rooms/{room}/messages/{seq}/reports', { params: { path: { room, seq } }, body: { reason } }))

export const casesQuery = (resolved: boolean) =>
  infiniteQueryOptions({
    queryKey: ['chat', 'moderation', 'cases', resolved],
    queryFn: ({ pageParam }) => unwrap(api.GET('/api/v1/chat/moderation/reports', { params: { query: { resolved, limit: 30, ...at(pageParam) } } })),
    ...paged,
  })
export const caseQuery = (id: string) =>
  queryOptions({
    queryKey: ['chat', 'moderation', 'case', id],
    queryFn: () => unwrap(api.GET('/api/v1/chat/moderation/reports/{case}', { params: { path: { case: id } } })),
  })
export const decide = (id: string, body: ChatDecision) =>
  unwrap(api.POST('/api/v1/chat/moderation/reports/{case}/decision', { params: { path: { case: id } }, body }))

export const auditQuery = infiniteQueryOptions({
  queryKey: ['chat', 'moderation', 'audit'],
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/v1/chat/moderation/audit', { params: { query: at(pageParam) } })),
  ...paged,
})

export type Sanction = { reason: string; until: string | null }

export const bansQuery = (room: string) =>
  queryOptions({ queryKey: ['chat', 'bans', room], queryFn: () => unwrap(api.GET('/api/v1/chat/rooms/{room}/bans', { params: { path: { room } } })) })
export const banPerson = (room: string, user: string, body: Sanction) =>
  unwrap(api.PUT('/api/v1/chat/rooms/{room}/bans/{user}', { ...ofPerson(room, user), body }))
export const liftBan = (room: string, user: string) => unwrap(api.DELETE('/api/v1/chat/rooms/{room}/bans/{user}', ofPerson(room, user)))

export const allBansQuery = queryOptions({ queryKey: ['chat', 'moderation', 'bans'], queryFn: () => unwrap(api.GET('/api/v1/chat/moderation/bans')) })
export const endBan = (room: string, user: string) => unwrap(api.DELETE('/api/v1/chat/moderation/bans/{room}/{user}', ofPerson(room, user)))
export const mutesQuery = queryOptions({ queryKey: ['chat', 'moderation', 'mutes'], queryFn: () => unwrap(api.GET('/api/v1/chat/moderation/mutes')) })
export const mutePerson = (user: string, body: Sanction) =>
  unwrap(api.PUT('/api/v1/chat/moderation/mutes/{user}', { params: { path: { user } }, body }))
export const unmutePerson = (user: string) => unwrap(api.DELETE('/api/v1/chat/moderation/mutes/{user}', { params: { path: { user } } }))
