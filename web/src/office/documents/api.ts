import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query'
import { CSRF_HEADER, api, unwrap } from '@/lib/api/client'
import { Problem, problemOf, unreachable } from '@/lib/api/problem'
import type { Document, Right, StoredFile } from '@/lib/api/types'
import { documentsOnThisDevice } from './on-this-device'

export type DocumentPage = { items: Document[]; next_cursor?: string | null; onlyHere?: true }

const path = (id: string) => ({ params: { path: { id } } })

/** Without a connection: the documents of which this browser has a copy. */
async function readDocuments({ trash, q, cursor }: { trash: boolean; q: string; cursor: string }): Promise<DocumentPage> {
  try {
    const query = { trash, limit: 50, ...(q ? { q } : {}), ...(cursor ? { cursor } : {}) }
    return await unwrap(api.GET('/api/v1/documents', { params: { query } }))
  } catch (error) {
    const here = trash ? [] : documentsOnThisDevice().filter(({ title }) => title.toLowerCase().includes(q.toLowerCase()))
    if (!(error instanceof Problem) || !error.unreachable || here.length === 0) throw error
    return { items: here, next_cursor: null, onlyHere: true }
  }
}

export const documentsQuery = ({ trash = false, q = '' }: { trash?: boolean; q?: string } = {}) =>
  infiniteQueryOptions({
    queryKey: ['documents', 'list', { trash, q }],
    queryFn: ({ pageParam }) => readDocuments({ trash, q, cursor: pageParam }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor || null,
  })

export const documentQuery = (id: string) =>
  queryOptions({
    queryKey: ['documents', 'one', id],
    queryFn: () => unwrap(api.GET('/api/v1/documents/{id}', path(id))),
  })

export const grantsQuery = (id: string) =>
  queryOptions({
    queryKey: ['documents', 'grants', id],
    queryFn: () => unwrap(api.GET('/api/v1/documents/{id}/grants', path(id))),
  })

export const peopleQuery = (q: string) =>
  queryOptions({
    queryKey: ['people', 'search', q],
    queryFn: () => unwrap(api.GET('/api/v1/people', { params: { query: { limit: 8, ...(q ? { q } : {}) } } })),
  })

const inLists = { queryKey: ['documents', 'list'] }

function patchLists(client: QueryClient, change: (document: Document) => Document | null) {
  client.setQueriesData<InfiniteData<DocumentPage>>(inLists, (data) =>
    data && {
      ...data,
      pages: data.pages.map((page) => ({ ...page, items: page.items.flatMap((item) => change(item) ?? []) })),
    },
  )
}

export function useCreateDocument() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (title: string) => unwrap(api.POST('/api/v1/documents', { body: { title } })),
    onSuccess(document) {
      client.setQueryData(documentQuery(document.id).queryKey, document)
      return client.invalidateQueries(inLists)
    },
  })
}

export function useRenameDocument() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, title }: { id: string; title: string }) =>
      unwrap(api.PATCH('/api/v1/documents/{id}', { ...path(id), body: { title } })),
    // The new name shows at once; a refusal brings the old one back.
    onMutate({ id, title }) {
      patchLists(client, (item) => (item.id === id ? { ...item, title } : item))
      client.setQueryData(documentQuery(id).queryKey, (known) => known && { ...known, title })
    },
    onSettled: (_data, _error, { id }) =>
      Promise.all([client.invalidateQueries(inLists), client.invalidateQueries({ queryKey: documentQuery(id).queryKey })]),
  })
}

export function useTrashDocument() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE('/api/v1/documents/{id}', path(id))),
    onMutate: (id) => patchLists(client, (item) => (item.id === id ? null : item)),
    onSettled: () => client.invalidateQueries({ queryKey: ['documents'] }),
  })
}

export function useRestoreDocument() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => unwrap(api.POST('/api/v1/documents/{id}/restore', path(id))),
    onSettled: () => client.invalidateQueries({ queryKey: ['documents'] }),
  })
}

export function useDeleteForever() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.DELETE('/api/v1/documents/{id}', { params: { path: { id }, query: { forever: true } } })),
    onSettled: () => client.invalidateQueries(inLists),
  })
}

const grantPath = (id: string, userId: string) => ({ params: { path: { id, user_id: userId } } })

export function usePutGrant(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ userId, right }: { userId: string; right: Right }) =>
      unwrap(api.PUT('/api/v1/documents/{id}/grants/{user_id}', { ...grantPath(id, userId), body: { right } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['documents'] }),
  })
}

export function useDeleteGrant(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (userId: string) => unwrap(api.DELETE('/api/v1/documents/{id}/grants/{user_id}', grantPath(id, userId))),
    onSettled: () => client.invalidateQueries({ queryKey: ['documents'] }),
  })
}

/** The body is the file itself, which the typed client does not send. */
export async function uploadFile(documentId: string, file: File): Promise<StoredFile> {
  const name = encodeURIComponent(file.name || 'image')
  const response = await fetch(`/api/v1/documents/${documentId}/files?name=${name}`, {
    method: 'POST',
    body: file,
    headers: { ...CSRF_HEADER, 'Content-Type': file.type || 'application/octet-stream' },
  }).catch(() => {
    throw unreachable()
  })
  const body: unknown = await response.json().catch(() => null)
  if (!response.ok) throw problemOf(body, response)
  return body as StoredFile
}
