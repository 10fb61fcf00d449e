import { useEffect, useMemo } from 'react'
import type { RoomLog } from '../model/room-log'
import { useChatSession } from '../use-chat-session'

type Wanted = { room: string; thread?: number | null; topic?: string | null; at?: number }

/** The history of a place, opened at a message or at its end. */
export function useLog({ room, thread = null, topic = null, at }: Wanted): RoomLog {
  const session = useChatSession()
  const log = useMemo(() => session.log(room, thread, topic), [session, room, thread, topic])
  useEffect(() => session.visit(room), [session, room])
  useEffect(() => {
    if (at !== undefined) void log.openAround(at)
    else if (log.state.status !== 'ready' || log.state.hasAfter || log.state.local) void log.openNewest()
    // It is already here, and current: it only has to show its end.
    else log.showEnd()
  }, [log, at])
  return log
}
