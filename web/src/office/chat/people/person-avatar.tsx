import { useTranslation } from 'react-i18next'
import { Avatar } from '@/ui/avatar'
import { cn } from '@/ui/cn'
import type { PresenceState } from '../api-types'
import { EmojiFace } from '../emoji/emoji-face'
import { useChat } from '../model/chat-state'
import { usePerson } from '../model/directory'

const DOT: Record<PresenceState, string> = {
  online: 'bg-online', away: 'border-[1.5px] border-online bg-surface', dnd: 'bg-bad-solid', offline: 'border-[1.5px] border-fg-3/60 bg-surface',
}

export function PresenceDot({ id, className }: { id: string; className?: string }) {
  const { t } = useTranslation('chat')
  const presence = useChat((state) => state.presence[id] ?? 'offline')
  return (
    <span className={cn('block size-2 rounded-full ring-[1.5px] ring-surface', DOT[presence], className)}>
      <span className="sr-only">{t(`presence.${presence}`)}</span>
    </span>
  )
}

const PICTURE = { xs: 'size-5 text-xs', sm: 'size-6 text-sm', md: 'size-7 text-base', lg: 'size-10 text-xl' }

type PersonAvatarProps = { id: string; size?: 'xs' | 'sm' | 'md' | 'lg'; presence?: boolean; className?: string }

export function PersonAvatar({ id, size = 'sm', presence, className }: PersonAvatarProps) {
  const person = usePerson(id)
  return (
    <span className={cn('relative inline-flex shrink-0', className)}>
      {person?.picture ? <span aria-hidden className={cn('flex items-center justify-center rounded-full bg-press', PICTURE[size])}><EmojiFace emoji={person.picture} className="size-[60%]" /></span> : <Avatar id={id} name={person?.name ?? '?'} size={size} />}
      {presence && <PresenceDot id={id} className="absolute -right-0.5 -bottom-0.5" />}
    </span>
  )
}
