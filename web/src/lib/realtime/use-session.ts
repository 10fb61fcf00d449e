import { useEffect, useState, useSyncExternalStore } from 'react'
import { DocumentSession, type SyncStatus } from './document-session'

const WAITING: SyncStatus = {
  connection: 'connecting', synced: false, localReady: false, localKept: false, unsaved: false, closeCode: null,
}

/** Opens a document while the component is shown. Null during the first render. */
export function useDocumentSession(documentId: string, userId: string, keepCopy: boolean, onDenied: () => unknown) {
  const [session, setSession] = useState<DocumentSession | null>(null)
  useEffect(() => {
    const opened = new DocumentSession({ documentId, userId, keepCopy, onDenied })
    setSession(opened)
    return () => {
      opened.destroy()
      setSession(null)
    }
  }, [documentId, userId, keepCopy, onDenied])
  return session
}

const never = () => () => {}

export const useSyncStatus = (session: DocumentSession | null) =>
  useSyncExternalStore(session?.subscribe ?? never, () => session?.status ?? WAITING)

export type Peer = { id: string; name: string; color: string; self: boolean }

/** Who has the document open, each person once, however many tabs they use. */
export function usePeers(session: DocumentSession): Peer[] {
  const [peers, setPeers] = useState<Peer[]>([])
  useEffect(() => {
    const { awareness, doc } = session.provider
    function read() {
      const byId = new Map<string, Peer>()
      for (const [client, state] of awareness.getStates()) {
        const user = state.user as Partial<Peer> | undefined
        if (!user?.id || !user.name) continue
        const self = client === doc.clientID || (byId.get(user.id)?.self ?? false)
        byId.set(user.id, { id: user.id, name: user.name, color: user.color ?? '', self })
      }
      setPeers((known) => {
        const next = [...byId.values()].toSorted((a, b) => Number(a.self) - Number(b.self) || a.name.localeCompare(b.name))
        return JSON.stringify(known) === JSON.stringify(next) ? known : next
      })
    }
    read()
    awareness.on('change', read)
    return () => awareness.off('change', read)
  }, [session])
  return peers
}
