import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { yXmlFragmentToProsemirrorJSON } from '@tiptap/y-tiptap'
import type { JSONContent } from '@tiptap/core'
import * as Y from 'yjs'
import { api, unwrap } from '@/lib/api/client'

export const versionsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['documents', 'versions', id],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/api/v1/documents/{id}/versions', {
          params: { path: { id }, query: pageParam ? { cursor: pageParam } : {} },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor || null,
    // New versions appear while people write.
    refetchInterval: 20_000,
  })

async function readVersion(id: string, versionId: string): Promise<JSONContent> {
  const path = { id, version_id: versionId }
  const answer = api.GET('/api/v1/documents/{id}/versions/{version_id}/state', { params: { path }, parseAs: 'arrayBuffer' })
  const bytes: unknown = await unwrap(answer)
  const doc = new Y.Doc()
  Y.applyUpdate(doc, new Uint8Array(bytes as ArrayBuffer))
  return yXmlFragmentToProsemirrorJSON(doc.getXmlFragment('default')) as JSONContent
}

export const versionContentQuery = (id: string, versionId: string) =>
  queryOptions({
    queryKey: ['documents', 'version', id, versionId],
    queryFn: () => readVersion(id, versionId),
    staleTime: Number.POSITIVE_INFINITY,
  })

export function useKeepVersion(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (label: string) =>
      unwrap(api.POST('/api/v1/documents/{id}/versions', { params: { path: { id } }, body: label ? { label } : {} })),
    onSuccess: () => client.invalidateQueries({ queryKey: versionsQuery(id).queryKey }),
  })
}

export function useRestoreVersion(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (versionId: string) =>
      unwrap(api.POST('/api/v1/documents/{id}/versions/{version_id}/restore', { params: { path: { id, version_id: versionId } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: versionsQuery(id).queryKey }),
  })
}
