import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react'
import { live } from '@/lib/live'
import { chat, useRoom } from '../model/chat-state'
import { useChatSession } from '../use-chat-session'

const TELL_MS = 250

/** The read position of a room, and the line above what is new. */
export function useRead(room: string) {
  const session = useChatSession()
  const membership = useRoom(room)?.membership
  const [line, setLine] = useState<number | null>(null)
  const opened = useRef<string | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const newest = useRef(0)

  // The line stays where it was when the person came, however much they read since.
  if (opened.current !== room && membership) {
    opened.current = room
    const next = membership.unread > 0 ? membership.read_seq : null
    if (next !== line) setLine(next)
  }

  useEffect(() => {
    newest.current = 0
    return () => void session.heldUnread.delete(room)
  }, [room, session])

  // Who looks away finds the line above what came meanwhile.
  const lookAway = useEffectEvent(() => {
    const known = chat.get().rooms[room]?.membership
    if (known && known.unread === 0) setLine(Math.max(known.read_seq, newest.current))
  })
  useEffect(() => {
    const away = () => lookAway()
    window.addEventListener('blur', away)
    return () => window.removeEventListener('blur', away)
  }, [])

  // Marked unread from a message: the line moves there.
  const readSeq = membership?.read_seq
  useEffect(() => {
    if (session.heldUnread.has(room) && readSeq !== undefined) setLine(readSeq)
  }, [session, room, readSeq])

  const onSeen = useCallback(
    (seq: number) => {
      const known = chat.get().rooms[room]?.membership
      newest.current = Math.max(newest.current, seq)
      if (!known || session.heldUnread.has(room)) return
      if (seq <= known.read_seq && known.unread === 0 && known.mentions === 0) return
      session.markRead(room, Math.max(seq, known.read_seq))
      clearTimeout(timer.current)
      timer.current = setTimeout(() => void live.command('chat.read', { room, seq }).catch(() => {}), TELL_MS)
    },
    [room, session],
  )
  return { line, setLine, onSeen }
}
