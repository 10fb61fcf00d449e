import { MessageSquareOff } from 'lucide-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePageTitle } from '@/lib/page-title'
import { useProblemText } from '@/lib/i18n/hooks'
import { useStore } from '@/lib/store'
import { Button } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { PageSpinner } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import { joinRoom, readRoom } from '../api'
import type { Message, Quote, RoomState } from '../api-types'
import { Composer, type ComposerHandle } from '../composer/composer'
import { DropSign } from '../composer/drop-sign'
import { useFileDrop } from '@/lib/use-file-drop'
import { putRoom, useChat, useRoom, useVisit } from '../model/chat-state'
import { directory } from '../model/directory'
import { useQueued } from '../model/outbox'
import { useRoomTitle } from '../names'
import { useChatSession } from '../use-chat-session'
import { ActionsProvider, useNewActions } from './message-actions'
import { MessageDialogs } from './message-dialogs'
import { quoteOf } from './quote'
import { MutedBar } from './muted-bar'
import { RoomHeader } from './room-header'
import { RoomStart } from './room-start'
import type { PanelName } from './panel-names'
import { SidePanel } from './side-panel'
import { ThreadPanel } from './thread-panel'
import { Timeline } from './timeline'
import { useLog } from './use-log'
import { useRead } from './use-read'
import { useSilenced } from './use-silenced'

export type RoomSearch = { at?: number; thread?: number; topic?: string; panel?: PanelName }

function JoinBar({ room }: { room: RoomState }) {
  const { t } = useTranslation('chat')
  const problemText = useProblemText()
  const [busy, setBusy] = useState(false)
  const name = useRoomTitle()(room)
  function join() {
    setBusy(true)
    joinRoom(room.id).then(putRoom, (error: unknown) => notify(problemText(error), { tone: 'bad' })).finally(() => setBusy(false))
  }
  return (
    <div className="flex shrink-0 flex-wrap items-center justify-center gap-3 border-t bg-sunken px-4 py-4">
      <p className="text-fg-2">{room.archived ? t('archived.text') : t('join.text', { name })}</p>
      {!room.archived && <Button tone="primary" busy={busy} onClick={join}>{t('join')}</Button>}
    </div>
  )
}

function MainColumn({ room, search }: { room: RoomState; search: RoomSearch }) {
  const { t } = useTranslation('chat')
  const session = useChatSession()
  const navigate = useNavigate()
  const problemText = useProblemText()
  const title = useRoomTitle()(room)
  const userId = useChat((state) => state.userId)
  const { topic = null } = search
  // A link to a reply shows the thread's root in the room.
  const log = useLog({ room: room.id, topic, at: search.thread !== undefined && search.at !== undefined ? search.thread : search.at })
  const { status, error, local } = useStore(log.store, (value) => value)
  const { line, setLine, onSeen } = useRead(room.id)
  const all = useQueued(session.outbox)
  const queued = useMemo(() => all.filter((entry) => entry.room === room.id && entry.thread === null && (!topic || entry.topic === topic)), [all, room.id, topic])
  const [quote, setQuote] = useState<Quote | null>(null)
  const composer = useRef<ComposerHandle>(null)
  const focus = useCallback(() => composer.current?.focus(), [])
  const onQuote = useCallback((message: Message) => {
    setQuote(quoteOf(message))
    setTimeout(focus)
  }, [focus])
  const actions = useNewActions({ onQuote })
  const label = t('messages.of', { name: title })

  function recall() {
    const own = log.state.messages.findLast(({ author, deleted }) => author === userId && !deleted)
    if (own) actions.setEditing(own.seq)
  }
  function newest() {
    setLine(null)
    if (search.at === undefined) void log.openNewest()
    else void navigate({ to: '/chat/$roomId', params: { roomId: room.id }, search: (old) => ({ ...old, at: undefined }) })
  }
  const open = room.membership !== null && !room.archived
  const silenced = useSilenced()
  const { over, events } = useFileDrop(open && !silenced ? (files) => composer.current?.addFiles(files) : null)
  return (
    <ActionsProvider value={actions}>
      <section aria-label={title} {...events} className="relative flex min-w-0 flex-1 flex-col">
        {over && <DropSign />}
        <RoomHeader room={room} search={search} />
        {local && <p role="status" className="shrink-0 bg-warn-soft px-4 py-1.5 text-center text-xs font-medium text-warn">{t('local')}</p>}
        {(status === 'idle' || status === 'loading') && <div className="flex-1"><PageSpinner label={t('loading')} /></div>}
        {status === 'failed' && (
          <div className="flex-1" role="alert">
            <Empty icon={MessageSquareOff} title={t('not_loaded')} text={problemText(error)}><Button onClick={() => void log.openNewest()}>{t('retry')}</Button></Empty>
          </div>
        )}
        {status === 'ready' && (
          <Timeline
            log={log}
            queued={queued}
            userId={userId}
            line={line}
            label={label}
            start={<RoomStart room={room} />}
            onSeen={onSeen}
            onNewest={newest}
            onJump={(time) => void log.openAt(time)}
            onLeaveKeys={focus}
          />
        )}
        {open && silenced && <MutedBar until={silenced.until} />}
        {open && !silenced && (
          <Composer
            key={room.id}
            ref={composer}
            room={room.id}
            topic={topic}
            label={t('compose.label', { name: title })}
            placeholder={topic ? t('compose.topic', { topic }) : t('compose.placeholder', { name: room.kind === 'channel' ? `#${title}` : title })}
            quote={quote}
            onQuote={setQuote}
            onRecall={recall}
            onEscape={() => document.querySelector<HTMLElement>('[data-chat-log] [data-seq][tabindex="0"]')?.focus()}
            onSent={() => (log.state.hasAfter ? newest() : undefined)}
            autoFocus={window.innerWidth >= 1024 && search.thread === undefined}
          />
        )}
        {!open && <JoinBar room={room} />}
        <MessageDialogs />
      </section>
    </ActionsProvider>
  )
}

function useKnownRoom(roomId: string) {
  const known = useRoom(roomId)
  const ready = useChat((state) => state.ready)
  const [visited, setVisited] = useState<RoomState | null>(null)
  const [error, setError] = useState<unknown>(null)
  const missing = ready && !known
  const visit = useVisit(roomId)
  useEffect(() => {
    if (!missing) return
    let gone = false
    readRoom(roomId).then((room) => !gone && setVisited(room), (fault: unknown) => !gone && setError(fault))
    return () => {
      gone = true
    }
  }, [missing, roomId, visit])
  return { room: known ?? (visited?.id === roomId ? visited : null), error: known ? null : error }
}

export function RoomPage({ roomId, search }: { roomId: string; search: RoomSearch }) {
  const { t } = useTranslation('chat')
  const { room, error } = useKnownRoom(roomId)
  const titleOf = useRoomTitle()
  usePageTitle(room ? titleOf(room) : t('title'))
  const members = room?.members
  useEffect(() => {
    if (members) void directory.need(members, roomId)
  }, [members, roomId])
  if (error) {
    return (
      <div role="alert" className="flex flex-1 items-center justify-center">
        <Empty icon={MessageSquareOff} title={t('no_room.title')} text={t('no_room.text')}>
          <Link to="/chat" className="inline-flex h-8 items-center rounded-md px-3 font-medium text-accent-text hover:bg-hover">{t('back')}</Link>
        </Empty>
      </div>
    )
  }
  if (!room) return <PageSpinner label={t('loading')} />
  const besides = search.thread !== undefined || search.panel !== undefined
  return (
    <div className="flex min-w-0 flex-1">
      <div className={besides ? 'hidden min-w-0 flex-1 lg:flex' : 'flex min-w-0 flex-1'}>
        <MainColumn room={room} search={search} />
      </div>
      {search.thread !== undefined && <ThreadPanel key={search.thread} room={room} thread={search.thread} at={search.at} />}
      {search.thread === undefined && search.panel && <SidePanel room={room} panel={search.panel} />}
    </div>
  )
}
