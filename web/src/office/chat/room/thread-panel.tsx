import { ArrowLeft, Bell, BellOff, X } from 'lucide-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { live } from '@/lib/live'
import { useProblemText } from '@/lib/i18n/hooks'
import { useStore } from '@/lib/store'
import { IconButton } from '@/ui/button'
import { PageSpinner } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import { setThread } from '../api'
import type { Message, Quote, RoomState } from '../api-types'
import { Composer, type ComposerHandle } from '../composer/composer'
import { DropSign } from '../composer/drop-sign'
import { useFileDrop } from '@/lib/use-file-drop'
import { useChat } from '../model/chat-state'
import { useQueued } from '../model/outbox'
import type { RoomLog } from '../model/room-log'
import { useRoomTitle } from '../names'
import { useChatSession } from '../use-chat-session'
import { ActionsProvider, useNewActions } from './message-actions'
import { MessageDialogs } from './message-dialogs'
import { quoteOf } from './quote'
import { Timeline } from './timeline'
import { useLog } from './use-log'

const TELL_MS = 250

/** Who takes part in a thread follows it, unless they said otherwise. */
function FollowButton({ log, thread, replied }: { log: RoomLog; thread: number; replied: boolean }) {
  const { t } = useTranslation('chat')
  const problemText = useProblemText()
  const said = useStore(log.store, (state) => state.following)
  const following = said?.following ?? replied
  async function toggle() {
    log.follow(!following)
    try {
      await setThread(log.room, thread, { following: !following, muted: following })
      notify(following ? t('thread.unfollowed') : t('thread.followed'))
    } catch (error) {
      log.follow(following)
      notify(problemText(error), { tone: 'bad' })
    }
  }
  const Icon = following ? Bell : BellOff
  return (
    <IconButton label={following ? t('thread.unfollow') : t('thread.follow')} aria-pressed={following} onClick={() => void toggle()}>
      <Icon size={16} strokeWidth={1.75} />
    </IconButton>
  )
}

export function ThreadPanel({ room, thread, at }: { room: RoomState; thread: number; at?: number }) {
  const { t } = useTranslation('chat')
  const session = useChatSession()
  const navigate = useNavigate()
  const title = useRoomTitle()(room)
  const userId = useChat((state) => state.userId)
  const log = useLog({ room: room.id, thread, at: at !== undefined && at !== thread ? at : undefined })
  const { status, messages } = useStore(log.store, (value) => value)
  const all = useQueued(session.outbox)
  const queued = useMemo(() => all.filter((entry) => entry.room === room.id && entry.thread === thread), [all, room.id, thread])
  const [quote, setQuote] = useState<Quote | null>(null)
  const composer = useRef<ComposerHandle>(null)
  const focus = useCallback(() => composer.current?.focus(), [])
  const onQuote = useCallback((message: Message) => {
    setQuote(quoteOf(message))
    setTimeout(focus)
  }, [focus])
  const actions = useNewActions({ onQuote })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const told = useRef(0)
  const onSeen = useCallback(
    (seq: number) => {
      if (seq <= told.current) return
      told.current = seq
      clearTimeout(timer.current)
      timer.current = setTimeout(() => void live.command('chat.read', { room: room.id, seq, thread }).catch(() => {}), TELL_MS)
    },
    [room.id, thread],
  )
  const close = () => void navigate({ to: '/chat/$roomId', params: { roomId: room.id }, search: (old) => ({ ...old, at: undefined, thread: undefined }) })
  function recall() {
    const own = messages.findLast(({ author, deleted }) => author === userId && !deleted)
    if (own) actions.setEditing(own.seq)
  }
  const open = room.membership !== null && !room.archived
  const { over, events } = useFileDrop(open ? (files) => composer.current?.addFiles(files) : null)
  return (
    <ActionsProvider value={actions}>
      <aside aria-label={t('thread')} {...events} className="relative flex min-w-0 flex-1 animate-fade flex-col bg-surface lg:border-l lg:w-[26rem] lg:flex-none">
        {over && <DropSign />}
        <header className="flex h-12 shrink-0 items-center gap-2 border-b px-2 lg:pl-4">
          <IconButton label={t('back')} className="lg:hidden" onClick={close}><ArrowLeft size={18} strokeWidth={1.75} /></IconButton>
          <h2 className="text-base font-semibold">{t('thread')}</h2>
          <Link to="/chat/$roomId" params={{ roomId: room.id }} search={{ at: thread }} className="min-w-0 flex-1 truncate text-fg-3 hover:underline">
            {room.kind === 'channel' ? `#${title}` : title}
          </Link>
          <FollowButton log={log} thread={thread} replied={messages.some(({ author }) => author === userId)} />
          <IconButton label={t('close')} className="max-lg:hidden" onClick={close}><X size={16} strokeWidth={1.75} /></IconButton>
        </header>
        {status === 'ready' ? (
          <Timeline log={log} queued={queued} userId={userId} line={null} label={t('thread.messages')} inThread start={null} onSeen={onSeen} onNewest={() => void log.openNewest()} onLeaveKeys={focus} />
        ) : (
          <div className="flex-1"><PageSpinner label={t('loading')} /></div>
        )}
        {open && (
          <Composer
            ref={composer}
            room={room.id}
            thread={thread}
            label={t('compose.reply')}
            placeholder={t('compose.reply')}
            quote={quote}
            onQuote={setQuote}
            onRecall={recall}
            onSent={() => (log.state.hasAfter ? void log.openNewest() : undefined)}
            onEscape={close}
            autoFocus={window.innerWidth >= 1024}
          />
        )}
        <MessageDialogs />
      </aside>
    </ActionsProvider>
  )
}
