import { Hash, Lock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { formatDay } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import type { RoomState } from '../api-types'
import { useChat } from '../model/chat-state'
import { others, useRoomTitle } from '../names'
import { PersonAvatar } from '../people/person-avatar'

/** What stands above the first message. */
export function RoomStart({ room }: { room: RoomState }) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  const title = useRoomTitle()(room)
  const userId = useChat((state) => state.userId)
  const Icon = room.private ? Lock : Hash
  const channel = room.kind === 'channel'
  return (
    <div className="px-5 pt-10 pb-4">
      {channel ? (
        <span className="flex size-12 items-center justify-center rounded-xl bg-accent-soft text-accent-text"><Icon aria-hidden size={24} strokeWidth={1.75} /></span>
      ) : (
        <span className="flex -space-x-2">
          {others(room, userId).slice(0, 4).map((id) => <PersonAvatar key={id} id={id} size="lg" className="rounded-full ring-3 ring-surface" />)}
        </span>
      )}
      <h2 className="mt-3 text-xl font-semibold tracking-tight">{channel ? `#${title}` : title}</h2>
      <p className="mt-1 max-w-xl text-base text-fg-3">
        {channel ? t('start.channel', { name: title, date: formatDay(room.created_at, language) }) : t('start.direct', { name: title })}
        {room.description && ` ${room.description}.`}
      </p>
    </div>
  )
}
