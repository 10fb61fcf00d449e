import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Bookmark, Inbox, MessageSquarePlus, MessageSquareText, PencilLine, Plus, Search, SmilePlus, type LucideIcon } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePermission } from '@/lib/session'
import { IconButton } from '@/ui/button'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '@/ui/menu'
import { useProblemText } from '@/lib/i18n/hooks'
import { notify } from '@/ui/toast'
import { changeMe } from '../api'
import { chat, useChat, wantsAttention } from '../model/chat-state'
import { scheduledQuery, threadsQuery } from '../queries'
import { RoomSection } from './room-section'
import { useSections } from './use-sections'
import { SectionDialog } from './section-dialog'

const CreateDialog = lazy(() => import('./create-dialog'))
const DirectDialog = lazy(() => import('./direct-dialog'))
const OwnEmojiDialog = lazy(() => import('../emoji/own-emoji-dialog'))
const StatusDialog = lazy(() => import('../people/status-dialog'))

type ViewLink = { to: '/chat/unread' | '/chat/threads' | '/chat/saved' | '/chat/drafts' | '/chat/search'; icon: LucideIcon; label: string; count?: number; strong?: boolean }

function Views() {
  const { t } = useTranslation('chat')
  const unread = useChat((state) => Object.values(state.rooms).filter(wantsAttention).length)
  const counted = useChat((state) => state.threadsUnread)
  const { data: unreadThreads } = useInfiniteQuery(threadsQuery(true))
  const threads = unreadThreads?.pages.reduce((sum, { items }) => sum + items.length, 0) ?? counted
  const drafts = useChat((state) => Object.keys(state.drafts).length)
  const { data: scheduled } = useQuery(scheduledQuery)
  const views: ViewLink[] = [
    { to: '/chat/unread', icon: Inbox, label: t('view.unread'), count: unread, strong: unread > 0 },
    { to: '/chat/threads', icon: MessageSquareText, label: t('view.threads'), count: threads, strong: threads > 0 },
    { to: '/chat/saved', icon: Bookmark, label: t('view.saved') },
    { to: '/chat/drafts', icon: PencilLine, label: t('view.drafts'), count: drafts + (scheduled?.items.length ?? 0) },
    { to: '/chat/search', icon: Search, label: t('view.search') },
  ]
  return (
    <ul className="flex flex-col gap-px">
      {views.map(({ to, icon: Icon, label, count, strong }) => (
        <li key={to}>
          <Link to={to} className={`flex h-8 items-center gap-2.5 rounded-md px-2 outline-offset-[-2px] hover:bg-hover data-[status=active]:bg-selected data-[status=active]:text-accent-text max-md:h-11 ${strong ? 'font-semibold' : 'text-fg-2'}`}>
            <Icon aria-hidden size={16} strokeWidth={1.75} className="mx-0.5" />
            <span className="flex-1">{label}</span>
            {count !== undefined && count > 0 && <span className="text-xs font-medium text-fg-3 tnum">{count}</span>}
          </Link>
        </li>
      ))}
    </ul>
  )
}

type Asked = 'channel' | 'direct' | 'emoji' | 'section' | 'status' | null

function useDnd() {
  const { t } = useTranslation('chat')
  const problemText = useProblemText()
  const until = useChat((state) => state.me.dnd_until)
  const active = until !== null && Date.parse(until) > Date.now()
  async function toggle() {
    const next = active ? null : new Date(Date.now() + 3_600_000).toISOString()
    try {
      await changeMe({ dnd_until: next })
      chat.update((state) => ({ ...state, me: { ...state.me, dnd_until: next } }))
      notify(next ? t('dnd.on') : t('dnd.off'))
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
  }
  return { active, toggle }
}

function Head({ onAsk }: { onAsk: (asked: Asked) => void }) {
  const { t } = useTranslation('chat')
  const mayCreate = usePermission('chat.channels')
  const dnd = useDnd()
  return (
    <div className="flex h-12 shrink-0 items-center gap-0.5 pr-2 pl-4">
      <h2 className="flex-1 text-base font-semibold">{t('title')}</h2>
      <Menu className="w-56" trigger={<IconButton label={t('status.menu')}><SmilePlus size={16} strokeWidth={1.75} /></IconButton>}>
        <MenuItem onSelect={() => onAsk('status')}>{t('status.title')}</MenuItem>
        <MenuItem onSelect={() => void dnd.toggle()}>{dnd.active ? t('dnd.end') : t('dnd.hour')}</MenuItem>
      </Menu>
      <IconButton label={t('new_message')} onClick={() => onAsk('direct')}><MessageSquarePlus size={17} strokeWidth={1.75} /></IconButton>
      <Menu className="w-56" trigger={<IconButton label={t('add')}><Plus size={17} strokeWidth={1.75} /></IconButton>}>
        <MenuLabel>{t('add')}</MenuLabel>
        {mayCreate && <MenuItem onSelect={() => onAsk('channel')}>{t('create.channel')}</MenuItem>}
        <MenuItem onSelect={() => onAsk('direct')}>{t('new_message')}</MenuItem>
        <MenuSeparator />
        <MenuItem onSelect={() => onAsk('section')}>{t('section.new')}</MenuItem>
        {mayCreate && <MenuItem onSelect={() => onAsk('emoji')}>{t('emoji.own')}</MenuItem>}
      </Menu>
    </div>
  )
}

export function Sidebar() {
  const { t } = useTranslation('chat')
  const [asked, setAsked] = useState<Asked>(null)
  const ready = useChat((state) => state.ready)
  const sections = useSections()
  const close = () => setAsked(null)
  return (
    <nav aria-label={t('rooms')} className="flex h-full min-h-0 flex-col bg-bg md:bg-sunken/60 dark:md:bg-bg">
      <Head onAsk={setAsked} />
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
        <Views />
        {ready && sections.map((section) => <RoomSection key={section.key} section={section} />)}
        <Link to="/chat/browse" className="mt-2 flex h-8 items-center gap-2.5 rounded-md px-2 text-fg-3 outline-offset-[-2px] hover:bg-hover data-[status=active]:bg-selected max-md:h-11">
          <Search aria-hidden size={15} strokeWidth={1.75} className="mx-0.5" />
          {t('browse')}
        </Link>
      </div>
      <Suspense>
        {asked === 'channel' && <CreateDialog onClose={close} />}
        {asked === 'direct' && <DirectDialog onClose={close} />}
        {asked === 'emoji' && <OwnEmojiDialog onClose={close} />}
        {asked === 'status' && <StatusDialog onClose={close} />}
      </Suspense>
      {asked === 'section' && <SectionDialog onClose={close} />}
    </nav>
  )
}
