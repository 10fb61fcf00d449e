import { Bell, BellOff, CheckCheck, FolderPlus, FolderInput, PencilLine, Star, StarOff } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import * as RadixContext from 'radix-ui/context-menu'
import { memo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/ui/cn'
import { setRead } from '../api'
import type { RoomState } from '../api-types'
import { countFor, placeOf, useChat, wantsAttention } from '../model/chat-state'
import { others, useRoomTitle } from '../names'
import { useChatSession } from '../use-chat-session'
import { useActiveRoom } from '../use-active-room'
import { RoomIcon } from './room-icon'
import { ROOM_TYPE } from './room-type'
import { SectionDialog } from './section-dialog'
import { usePreferences } from './use-preferences'

const ITEM = 'flex h-8 items-center gap-2.5 rounded-md px-2 outline-none select-none data-[highlighted]:bg-hover'
const ICON = { size: 16, strokeWidth: 1.75, className: 'text-fg-3' }

function RoomContextMenu({ room, onSection }: { room: RoomState; onSection: () => void }) {
  const { t } = useTranslation('chat')
  const sections = useChat((state) => state.sections)
  const change = usePreferences(room.id)
  const session = useChatSession()
  const { membership } = room
  if (!membership) return null
  function markRead() {
    session.markRead(room.id, room.last_seq)
    void setRead(room.id, room.last_seq, null).catch(() => {})
  }
  return (
    <RadixContext.Portal>
      <RadixContext.Content collisionPadding={8} className="z-50 min-w-52 animate-pop rounded-lg bg-raised p-1 text-sm shadow-2 outline-none">
        <RadixContext.Item onSelect={markRead} className={ITEM}><CheckCheck {...ICON} />{t('mark_read')}</RadixContext.Item>
        <RadixContext.Item onSelect={() => void change({ starred: !membership.starred })} className={ITEM}>
          {membership.starred ? <StarOff {...ICON} /> : <Star {...ICON} />}
          {membership.starred ? t('unstar') : t('star')}
        </RadixContext.Item>
        <RadixContext.Item onSelect={() => void change({ muted: !membership.muted })} className={ITEM}>
          {membership.muted ? <Bell {...ICON} /> : <BellOff {...ICON} />}
          {membership.muted ? t('unmute') : t('mute')}
        </RadixContext.Item>
        <RadixContext.Separator className="-mx-1 my-1 border-t" />
        <RadixContext.Label className="px-2 pt-1.5 pb-1 text-xs font-medium text-fg-3">{t('section.move')}</RadixContext.Label>
        {sections.map((name) => (
          <RadixContext.Item key={name} onSelect={() => void change({ section: name, starred: false })} className={ITEM}><FolderInput {...ICON} />{name}</RadixContext.Item>
        ))}
        {membership.section !== null && <RadixContext.Item onSelect={() => void change({ section: null })} className={ITEM}><FolderInput {...ICON} />{t('section.none')}</RadixContext.Item>}
        <RadixContext.Item onSelect={onSection} className={ITEM}><FolderPlus {...ICON} />{t('section.new')}</RadixContext.Item>
      </RadixContext.Content>
    </RadixContext.Portal>
  )
}

function Signs({ room }: { room: RoomState }) {
  const { t } = useTranslation('chat')
  const hasDraft = useChat((state) => placeOf(room.id, null) in state.drafts)
  const active = useActiveRoom() === room.id
  const count = countFor(room)
  return (
    <>
      {hasDraft && !active && <PencilLine aria-label={t('draft')} size={13} className="shrink-0 text-fg-3" />}
      {count > 0 && (
        <span className={cn('min-w-5 rounded-full px-1.5 text-center text-2xs leading-[1.125rem] font-semibold tnum', room.membership?.muted ? 'bg-press text-fg-2' : 'bg-accent text-accent-fg')}>
          <span className="sr-only">{t('unread.label')} </span>
          {count >= 100 ? '99+' : count}
        </span>
      )}
    </>
  )
}

export const RoomLink = memo(function RoomLink({ room }: { room: RoomState }) {
  const titleOf = useRoomTitle()
  const [sectioning, setSectioning] = useState(false)
  const userId = useChat((state) => state.userId)
  const person = room.kind === 'direct' ? (others(room, userId)[0] ?? null) : null
  const status = useChat((state) => (person ? state.statuses[person]?.emoji : undefined))
  const strong = wantsAttention(room)
  const muted = room.membership?.muted ?? false
  return (
    <>
      <RadixContext.Root modal={false}>
        <RadixContext.Trigger asChild>
          <Link
            to="/chat/$roomId"
            params={{ roomId: room.id }}
            search={{}}
            draggable
            onDragStart={(event) => event.dataTransfer.setData(ROOM_TYPE, room.id)}
            className={cn(
              'flex h-8 items-center gap-2 rounded-md px-2 outline-offset-[-2px] hover:bg-hover data-[status=active]:bg-selected data-[status=active]:text-accent-text max-md:h-11',
              strong ? 'font-semibold text-fg' : muted ? 'text-fg-3' : 'text-fg-2',
            )}
          >
            <RoomIcon room={room} />
            <span className="min-w-0 flex-1 truncate">{titleOf(room)} {status && <span className="ml-0.5 text-xs font-normal">{status}</span>}</span>
            <Signs room={room} />
          </Link>
        </RadixContext.Trigger>
        <RoomContextMenu room={room} onSection={() => setSectioning(true)} />
      </RadixContext.Root>
      {sectioning && <SectionDialog room={room.id} onClose={() => setSectioning(false)} />}
    </>
  )
})
