import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { formatDateTime } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import type { Message } from '../api-types'
import { Markdown } from '../markdown/markdown'
import { useRoom } from '../model/chat-state'
import { useRoomTitle } from '../names'
import { Attachments } from '../room/attachments'
import { AuthorAvatar, useAuthorName } from '../room/message-row'

export function useRoomName(id: string) {
  const titleOf = useRoomTitle()
  const room = useRoom(id)
  if (!room) return ''
  return room.kind === 'channel' ? `#${titleOf(room)}` : titleOf(room)
}

type MessageCardProps = { message: Message; withRoom?: boolean; children?: ReactNode; text?: ReactNode }

/** A message outside of its room, that leads back to it. */
export function MessageCard({ message, withRoom = true, children, text }: MessageCardProps) {
  const language = useLocale()
  const name = useAuthorName(message)
  const roomName = useRoomName(message.room)
  const search = message.thread ? { at: message.seq, thread: message.thread } : { at: message.seq }
  return (
    <article className="flex gap-3 rounded-lg p-3 hover:bg-hover">
      <AuthorAvatar message={message} />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-2">
          <span className="font-semibold">{name}</span>
          <Link to="/chat/$roomId" params={{ roomId: message.room }} search={search} className="inline-flex min-h-6 items-center gap-1 text-xs text-fg-3 hover:underline">
            {withRoom && roomName && <span>{roomName} ·</span>}
            <time dateTime={message.created_at}>{formatDateTime(message.created_at, language)}</time>
          </Link>
        </div>
        {text ?? <Markdown text={message.text} className="line-clamp-6" />}
        <Attachments message={message} />
        {children}
      </div>
    </article>
  )
}
