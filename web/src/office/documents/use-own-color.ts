import { useEffect } from 'react'
import type { DocumentSession } from '@/lib/realtime/document-session'
import type { Peer } from '@/lib/realtime/use-session'
import { CURSOR_PALETTE, cursorColor } from '@/ui/avatar'

/** The colour this person should have among those who are here: their own, unless somebody before them has it. */
export function colorAmong(userId: string, others: { id: string; color: string }[]) {
  const own = cursorColor(userId)
  const taken = new Set(others.filter(({ id }) => id !== userId).map(({ color }) => color))
  const yields = others.some(({ id, color }) => color === own && id < userId)
  return yields ? (CURSOR_PALETTE.find((color) => !taken.has(color)) ?? own) : own
}

/** Two people who write the same document never share a colour, as long as there are colours. */
export function useOwnColor(session: DocumentSession, { id, name }: { id: string; name: string }) {
  useEffect(() => {
    const { awareness, doc } = session.provider
    function choose() {
      const others = [...awareness.getStates()].flatMap(([client, { user: peer }]) =>
        client === doc.clientID || !peer ? [] : [peer as Peer],
      )
      const current = awareness.getLocalState()?.user as Peer | undefined
      const clash = others.some((other) => other.color === current?.color && other.id < id)
      if (current && clash) awareness.setLocalStateField('user', { id, name, color: colorAmong(id, others) })
    }
    awareness.on('change', choose)
    return () => awareness.off('change', choose)
  }, [session, id, name])
}
