import { CheckCheck, Inbox } from 'lucide-react'
import { useQueries } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatAgo } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import { useShortcuts } from '@/lib/shortcuts'
import { Button, IconButton } from '@/ui/button'
import { cn } from '@/ui/cn'
import { Empty } from '@/ui/empty'
import { Keys } from '@/ui/kbd'
import { PageSpinner } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import { readMessages, setRead } from '../api'
import type { Message, RoomState } from '../api-types'
import { chat, patchMembership, useChat, wantsAttention } from '../model/chat-state'
import { usePeople } from '../model/directory'
import { usePlainText, useRoomTitle } from '../names'
import { RoomIcon } from '../sidebar/room-icon'
import { useChatSession } from '../use-chat-session'
import { PageFrame } from './page-frame'

const MOST_ROOMS = 30
const MOST_MESSAGES = 30
const SHOWN = 3

type Entry = { key: string; room: RoomState; topic: string | null; messages: Message[] }

const attention = (a: RoomState, b: RoomState) =>
  (b.membership?.mentions ?? 0) - (a.membership?.mentions ?? 0) || (b.last_message?.created_at ?? '').localeCompare(a.last_message?.created_at ?? '')

/** The new messages of a room, each topic for itself. */
function entriesOf(room: RoomState, messages: Message[]): Entry[] {
  const byTopic = new Map<string, Message[]>()
  for (const message of messages) byTopic.set(message.topic ?? '', [...(byTopic.get(message.topic ?? '') ?? []), message])
  return [...byTopic].map(([topic, list]) => ({ key: `${room.id}#${topic}`, room, topic: topic || null, messages: list }))
}

function useEntries() {
  const rooms = useChat((state) => state.rooms)
  const userId = useChat((state) => state.userId)
  const unread = useMemo(() => Object.values(rooms).filter(wantsAttention).toSorted(attention).slice(0, MOST_ROOMS), [rooms])
  const results = useQueries({
    queries: unread.map((room) => ({
      queryKey: ['chat', 'unread', room.id, room.last_seq, room.membership?.read_seq ?? 0],
      queryFn: () => readMessages(room.id, { after: room.membership?.read_seq ?? 0, limit: MOST_MESSAGES }),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  })
  const entries = unread.flatMap((room, index) => entriesOf(room, (results[index]?.data?.messages ?? []).filter(({ author, deleted }) => author !== userId && !deleted)))
  return { entries, isPending: results.some((result) => result.isPending) }
}

function useMarkRead() {
  const { t } = useTranslation(['chat', 'common'])
  const session = useChatSession()
  return (room: RoomState) => {
    const before = room.membership?.read_seq ?? 0
    const known = { unread: room.membership?.unread ?? 0, mentions: room.membership?.mentions ?? 0 }
    session.markRead(room.id, room.last_seq)
    const undo = () => {
      patchMembership(room.id, { read_seq: before, ...known })
      void setRead(room.id, before, null).catch(() => {})
    }
    setRead(room.id, room.last_seq, null).then(() => notify(t('marked_read'), { action: { label: t('common:undo'), run: undo } }), undo)
  }
}

function UnreadCard({ entry, current, onFocus, onOpen, onRead }: { entry: Entry; current: boolean; onFocus: () => void; onOpen: () => void; onRead: () => void }) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  const people = usePeople()
  const plain = usePlainText()
  const titleOf = useRoomTitle()
  const card = useRef<HTMLElement>(null)
  const { room, topic, messages } = entry
  useEffect(() => {
    if (current) card.current?.focus()
  }, [current])
  const shown = messages.slice(-SHOWN)
  return (
    <article
      ref={card}
      tabIndex={current ? 0 : -1}
      aria-label={`${titleOf(room)} ${topic ?? ''}`}
      onFocus={onFocus}
      onClick={onOpen}
      className={cn('group cursor-default rounded-lg bg-surface p-3 shadow-1 transition-shadow hover:shadow-2 dark:bg-raised', current && 'ring-2 ring-accent')}
    >
      <header className="flex items-center gap-2">
        <RoomIcon room={room} />
        <h2 className="truncate font-semibold">{titleOf(room)}</h2>
        {topic && <span className="min-w-0 truncate text-fg-3">› {topic}</span>}
        <span className="flex-1" />
        {(room.membership?.mentions ?? 0) > 0 && <span className="rounded-full bg-accent px-1.5 text-2xs leading-[1.125rem] font-semibold text-accent-fg">@{room.membership?.mentions}</span>}
        <span className="text-xs text-fg-3 tnum">{t('messages.count', { count: messages.length })}</span>
        <IconButton
          label={t('mark_read')}
          keys={['E']}
          size="sm"
          onClick={(event) => {
            event.stopPropagation()
            onRead()
          }}
        >
          <CheckCheck size={15} strokeWidth={1.75} />
        </IconButton>
      </header>
      <ul className="mt-1.5 flex flex-col gap-1">
        {messages.length > SHOWN && <li className="pl-7 text-xs text-fg-3">{t('earlier', { count: messages.length - SHOWN })}</li>}
        {shown.map((message) => (
          <li key={message.seq} className="flex gap-2 pl-7">
            <span className="shrink-0 font-medium">{(message.author && people.get(message.author)?.name) ?? message.author_name ?? t('someone')}</span>
            <span className="line-clamp-2 min-w-0 flex-1 text-fg-2">{plain(message.text) || message.files.map(({ name }) => name).join(', ')}</span>
            <time dateTime={message.created_at} className="shrink-0 text-xs text-fg-3">{formatAgo(message.created_at, language)}</time>
          </li>
        ))}
      </ul>
    </article>
  )
}

/** What is new, by room and topic, to be gone through with four keys. */
export function UnreadPage() {
  const { t } = useTranslation('chat')
  const navigate = useNavigate()
  const ready = useChat((state) => state.ready)
  const { entries, isPending } = useEntries()
  const markRead = useMarkRead()
  const [at, setAt] = useState(-1)
  const index = Math.min(at, entries.length - 1)
  const open = (entry: Entry | undefined) => {
    if (entry) void navigate({ to: '/chat/$roomId', params: { roomId: entry.room.id }, search: entry.topic ? { topic: entry.topic } : {} })
  }
  const read = (entry: Entry | undefined) => entry && markRead(entry.room)
  useShortcuts({
    j: () => setAt(Math.min(entries.length - 1, index + 1)),
    k: () => setAt(Math.max(0, index - 1)),
    e: () => read(entries[index]),
    Enter: () => open(entries[index]),
  })
  function readAll() {
    for (const room of Object.values(chat.get().rooms).filter(wantsAttention)) markRead(room)
  }
  return (
    <PageFrame icon={Inbox} title={t('view.unread')} actions={entries.length > 0 && <Button size="sm" onClick={readAll}>{t('mark_all_read')}</Button>}>
      {(!ready || (isPending && entries.length === 0)) && <PageSpinner label={t('loading')} />}
      {ready && !isPending && entries.length === 0 && <Empty icon={CheckCheck} title={t('unread.empty')} text={t('unread.empty_text')} />}
      {entries.length > 0 && (
        <>
          <p className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1 px-1 text-xs text-fg-3 max-sm:hidden">
            <span className="flex items-center gap-1.5"><Keys keys={['J', 'K']} />{t('keys.move')}</span>
            <span className="flex items-center gap-1.5"><Keys keys={['E']} />{t('mark_read')}</span>
            <span className="flex items-center gap-1.5"><Keys keys={['Enter']} />{t('open')}</span>
          </p>
          <div role="feed" aria-busy={isPending} aria-label={t('view.unread')} className="flex flex-col gap-2.5">
            {entries.map((entry, position) => (
              <UnreadCard key={entry.key} entry={entry} current={position === index} onFocus={() => setAt(position)} onOpen={() => open(entry)} onRead={() => read(entry)} />
            ))}
          </div>
        </>
      )}
    </PageFrame>
  )
}
