import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { DocumentSession } from '@/lib/realtime/document-session'
import { documentQuery, useRenameDocument } from './api'

const FIELD = 'renamedAt'

/**
 * The title is a record of the server, not part of the text. Whoever renames says so to the others
 * who have the document open, and these ask the server for the new title.
 */
export function useSharedTitle(session: DocumentSession, documentId: string) {
  const client = useQueryClient()
  const rename = useRenameDocument()
  useEffect(() => {
    const { awareness, doc } = session.provider
    const seen = new Map<number, unknown>()
    function onChange({ added, updated }: { added: number[]; updated: number[] }) {
      for (const clientId of [...added, ...updated]) {
        const renamedAt = awareness.getStates().get(clientId)?.[FIELD] as unknown
        if (clientId === doc.clientID || renamedAt === undefined || seen.get(clientId) === renamedAt) continue
        seen.set(clientId, renamedAt)
        void client.invalidateQueries({ queryKey: documentQuery(documentId).queryKey })
      }
    }
    awareness.on('change', onChange)
    return () => awareness.off('change', onChange)
  }, [session, documentId, client])
  return (title: string, onError: (error: Error) => void) =>
    rename.mutate(
      { id: documentId, title },
      { onError, onSuccess: () => session.provider.awareness.setLocalStateField(FIELD, Date.now()) },
    )
}
