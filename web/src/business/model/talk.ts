import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '@/lib/api/client'
import type { RecordComment } from '@/lib/api/types'
import type { Rec } from './types'

// What people say about a record, who hears of it, and which other records are likely the same.

export type Comment = RecordComment
type CommentPage = { items: Comment[]; next_cursor?: string | null }

/** Characters of a comment. */
export const LONGEST_COMMENT = 10_000

const one = (kind: string, id: string) => ({ params: { path: { kind, id } } })
const ofComment = (kind: string, id: string, comment: string) => ({ params: { path: { kind, id, comment } } })

export const commentsQuery = (kind: string, id: string) =>
  infiniteQueryOptions({
    queryKey: ['records', 'comments', kind, id],
    queryFn: ({ pageParam }) => {
      const query = { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }
      return unwrap(api.GET('/api/v1/records/{kind}/{id}/comments', { params: { path: { kind, id }, query } })) as Promise<CommentPage>
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor || null,
    staleTime: 5_000,
  })

export const followersQuery = (kind: string, id: string) =>
  queryOptions({
    queryKey: ['records', 'followers', kind, id],
    queryFn: async (): Promise<string[]> => (await unwrap(api.GET('/api/v1/records/{kind}/{id}/followers', one(kind, id)))).items,
    staleTime: 5_000,
  })

/** Records that are likely the same; asked again with every version of this one. */
export const duplicatesQuery = (kind: string, id: string, version: number) =>
  queryOptions({
    queryKey: ['records', 'some', 'duplicates', kind, id, version],
    queryFn: async () => (await unwrap(api.GET('/api/v1/records/{kind}/{id}/duplicates', one(kind, id)))).items as unknown as Rec[],
    staleTime: 5_000,
  })

export const addComment = (kind: string, id: string, body: string, mentions: string[]) =>
  unwrap(api.POST('/api/v1/records/{kind}/{id}/comments', { ...one(kind, id), body: { body, mentions } }))

export const changeComment = (kind: string, id: string, comment: string, body: string) =>
  unwrap(api.PATCH('/api/v1/records/{kind}/{id}/comments/{comment}', { ...ofComment(kind, id, comment), body: { body } }))

export const removeComment = (kind: string, id: string, comment: string) =>
  unwrap(api.DELETE('/api/v1/records/{kind}/{id}/comments/{comment}', ofComment(kind, id, comment)))

export function setFollowing(kind: string, id: string, on: boolean) {
  const path = '/api/v1/records/{kind}/{id}/follow'
  return unwrap(on ? api.PUT(path, one(kind, id)) : api.DELETE(path, one(kind, id)))
}
