import { Link } from '@tanstack/react-router'
import { Hash, Lock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/ui/cn'
import { emojiUrl } from '../api'
import { useChat, useRoom } from '../model/chat-state'
import { useGroups, usePerson } from '../model/directory'
import { ProfileTrigger } from '../people/profile-card'

const PILL = 'rounded-sm px-0.5 font-medium'
const MEANT = 'bg-mark text-fg'
const OTHER = 'bg-selected text-accent-text'

export function UserMention({ id }: { id: string }) {
  const { t } = useTranslation('chat')
  const person = usePerson(id)
  const own = useChat((state) => state.userId === id)
  return (
    <ProfileTrigger id={id} className={cn(PILL, own ? MEANT : OTHER, 'hover:underline')}>
      @{person?.name ?? t('someone')}
    </ProfileTrigger>
  )
}

export function GroupMention({ id }: { id: string }) {
  const { t } = useTranslation('chat')
  const group = useGroups().find((known) => known.id === id)
  return <span className={cn(PILL, OTHER)}>@{group?.handle ?? t('group')}</span>
}

export const Everybody = ({ which }: { which: 'channel' | 'here' }) => <span className={cn(PILL, MEANT)}>@{which}</span>

export function RoomMention({ id }: { id: string }) {
  const { t } = useTranslation('chat')
  const room = useRoom(id)
  const Icon = room?.private ? Lock : Hash
  return (
    <Link to="/chat/$roomId" params={{ roomId: id }} search={{}} className={cn(PILL, OTHER, 'hover:underline')}>
      <Icon aria-hidden size={12} className="mr-px inline align-[-1px]" />
      {room?.name ?? t('a_channel')}
    </Link>
  )
}

/** An emoji of the business; a name that it does not know stays text. */
export function CustomEmoji({ name }: { name: string }) {
  const known = useChat((state) => state.emoji.some((emoji) => emoji.name === name))
  if (!known) return <>:{name}:</>
  return <img src={emojiUrl(name)} alt={`:${name}:`} title={`:${name}:`} className="inline size-5 align-[-4px]" />
}
