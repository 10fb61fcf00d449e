import { Archive, ArrowLeft, Bell, BellOff, Bookmark, FileText, FolderOpen, Hash, Info, Lock, LogOut, Pin, Settings, Star, StarOff, Tags, Users, X } from 'lucide-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button, IconButton } from '@/ui/button'
import { Menu, MenuItem, MenuRadio, MenuSeparator } from '@/ui/menu'
import { notify } from '@/ui/toast'
import { tip } from '@/ui/tooltip'
import { leaveRoom } from '../api'
import type { Level, RoomState } from '../api-types'
import { BookmarkBar } from '../bookmarks/bookmark-bar'
import { useBookmarks } from '../bookmarks/use-bookmarks'
import { dropRoom, useChat } from '../model/chat-state'
import { others, useRoomTitle } from '../names'
import { PersonAvatar } from '../people/person-avatar'
import { usePreferences } from '../sidebar/use-preferences'
import type { RoomSearch } from './room-page'
import type { PanelName } from './panel-names'

const LEVELS: Level[] = ['all', 'mentions', 'none']

type RoomMenuProps = { room: RoomState; onPanel: (panel: PanelName) => void; onBookmark: () => void }

function RoomMenu({ room, onPanel, onBookmark }: RoomMenuProps) {
  const { t } = useTranslation('chat')
  const problemText = useProblemText()
  const navigate = useNavigate()
  const change = usePreferences(room.id)
  const { may: mayBookmark } = useBookmarks(room)
  const { membership } = room
  if (!membership) return null
  async function leave() {
    try {
      await leaveRoom(room.id)
      dropRoom(room.id)
      await navigate({ to: '/chat' })
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
  }
  return (
    <Menu
      className="w-64"
      trigger={<IconButton label={t('room.menu')}><Settings size={17} strokeWidth={1.75} /></IconButton>}
    >
      <MenuItem icon={membership.starred ? StarOff : Star} onSelect={() => void change({ starred: !membership.starred })}>{membership.starred ? t('unstar') : t('star')}</MenuItem>
      <MenuItem icon={membership.muted ? Bell : BellOff} onSelect={() => void change({ muted: !membership.muted })}>{membership.muted ? t('unmute') : t('mute')}</MenuItem>
      <MenuSeparator />
      <MenuRadio label={t('level')} value={membership.level} onChange={(level) => void change({ level })} options={LEVELS.map((value) => ({ value, label: t(`level.${value}`) }))} />
      <MenuSeparator />
      {room.kind !== 'direct' && <MenuItem icon={Users} onSelect={() => onPanel('members')}>{t('members')}</MenuItem>}
      <MenuItem icon={Tags} onSelect={() => onPanel('topics')}>{t('topics')}</MenuItem>
      <MenuItem icon={Pin} onSelect={() => onPanel('pins')}>{t('pins')}</MenuItem>
      {mayBookmark && <MenuItem icon={Bookmark} onSelect={onBookmark}>{t('bookmarks.add')}</MenuItem>}
      <MenuItem icon={FolderOpen} onSelect={() => onPanel('files')}>{t('files')}</MenuItem>
      {room.kind === 'channel' && <MenuItem icon={Info} onSelect={() => onPanel('settings')}>{t('room.settings')}</MenuItem>}
      {room.kind !== 'direct' && <MenuItem icon={LogOut} danger onSelect={() => void leave()}>{t('leave')}</MenuItem>}
    </Menu>
  )
}

function TopicBar({ room, topic }: { room: RoomState; topic: string }) {
  const { t } = useTranslation('chat')
  return (
    <div className="flex h-9 shrink-0 items-center gap-2 border-b bg-accent-soft px-4 text-xs font-medium text-accent-text">
      <Tags aria-hidden size={14} />
      <span className="min-w-0 flex-1 truncate">{t('topic.only', { topic })}</span>
      <Link to="/chat/$roomId" params={{ roomId: room.id }} search={{}} className="flex items-center gap-1 rounded-md px-2 py-1 hover:bg-hover">
        <X aria-hidden size={13} />
        {t('topic.all')}
      </Link>
    </div>
  )
}

export function RoomHeader({ room, search }: { room: RoomState; search: RoomSearch }) {
  const { t } = useTranslation('chat')
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  const title = useRoomTitle()(room)
  const userId = useChat((state) => state.userId)
  const person = room.kind === 'direct' ? others(room, userId)[0] : undefined
  const status = useChat((state) => (person ? state.statuses[person] : undefined))
  const Icon = room.archived ? Archive : room.private ? Lock : Hash
  const open = (panel: PanelName) => {
    const next = search.panel === panel && search.thread === undefined ? undefined : panel
    void navigate({ to: '/chat/$roomId', params: { roomId: room.id }, search: (old) => ({ ...old, at: undefined, thread: undefined, panel: next }) })
  }
  return (
    <>
      <header className="flex h-12 shrink-0 items-center gap-2 border-b px-2 sm:px-4">
        <Link to="/chat" aria-label={t('back')} className="flex size-8 items-center justify-center rounded-md text-fg-2 hover:bg-hover md:hidden"><ArrowLeft size={18} strokeWidth={1.75} /></Link>
        {person ? <PersonAvatar id={person} presence /> : room.kind === 'group' ? <Users aria-hidden size={17} className="shrink-0 text-fg-3" /> : <Icon aria-hidden size={17} strokeWidth={2} className="shrink-0 text-fg-3" />}
        <h1 className="truncate text-base font-semibold">{title}</h1>
        {room.membership?.muted && <span {...tip(t('muted'))}><BellOff aria-hidden size={14} className="text-fg-3" /><span className="sr-only">{t('muted')}</span></span>}
        <p className="min-w-0 flex-1 truncate border-l pl-3 text-fg-3 max-md:invisible">{status ? `${status.emoji} ${status.text}` : room.description}</p>
        {room.kind !== 'direct' && (
          <Button tone="quiet" size="sm" aria-pressed={search.panel === 'members'} aria-label={t('members.count', { count: room.member_count })} onClick={() => open('members')} className="max-sm:hidden" {...tip(t('members'))}>
            <Users aria-hidden size={16} strokeWidth={1.75} />
            <span className="tnum">{room.member_count}</span>
          </Button>
        )}
        <IconButton label={t('topics')} className="max-sm:hidden" aria-pressed={search.panel === 'topics'} onClick={() => open('topics')}><Tags size={17} strokeWidth={1.75} /></IconButton>
        <IconButton label={t('pins')} className="max-sm:hidden" aria-pressed={search.panel === 'pins'} onClick={() => open('pins')}><Pin size={17} strokeWidth={1.75} /></IconButton>
        <IconButton label={t('files')} className="max-lg:hidden" aria-pressed={search.panel === 'files'} onClick={() => open('files')}><FileText size={17} strokeWidth={1.75} /></IconButton>
        <RoomMenu room={room} onPanel={open} onBookmark={() => setAdding(true)} />
      </header>
      <BookmarkBar room={room} adding={adding} onAdding={setAdding} />
      {search.topic && <TopicBar room={room} topic={search.topic} />}
    </>
  )
}
