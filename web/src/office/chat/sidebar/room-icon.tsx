import { Archive, Hash, Lock } from 'lucide-react'
import type { RoomState } from '../api-types'
import { useChat } from '../model/chat-state'
import { others } from '../names'
import { PersonAvatar } from '../people/person-avatar'

export function RoomIcon({ room }: { room: Pick<RoomState, 'kind' | 'private' | 'archived' | 'members'> }) {
  const userId = useChat((state) => state.userId)
  if (room.kind === 'channel') {
    const Icon = room.archived ? Archive : room.private ? Lock : Hash
    return <Icon aria-hidden size={16} strokeWidth={1.75} className="mx-0.5 shrink-0 opacity-80" />
  }
  const rest = others(room, userId)
  if (room.kind === 'direct') return <PersonAvatar id={rest[0] ?? userId} size="xs" presence />
  return <span className="flex size-5 shrink-0 items-center justify-center rounded-full bg-press text-[9px] font-semibold">{rest.length}</span>
}
