import { Bookmark, Bot, ChevronRight, Pin } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import { memo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDateTime, formatTime } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import { cn } from '@/ui/cn'
import { tip } from '@/ui/tooltip'
import type { Message, Quote } from '../api-types'
import { EmojiFace } from '../emoji/emoji-face'
import { Markdown } from '../markdown/markdown'
import { savedKey, useChat } from '../model/chat-state'
import { usePerson } from '../model/directory'
import { BotLabel } from '../people/bot-label'
import { PersonAvatar } from '../people/person-avatar'
import { ProfileTrigger } from '../people/profile-card'
import { Attachments } from './attachments'
import { EditBox } from './edit-box'
import { useIsLeaving, useMessageActions } from './message-actions'
import { MessageToolbar } from './message-toolbar'
import { Previews } from './previews'
import { Reactions } from './reactions'
import { RepliesLine } from './replies-line'

const HOLD_MS = 120

export function AuthorAvatar({ message }: { message: Pick<Message, 'author' | 'author_name' | 'hook'> }) {
  if (message.author) return <PersonAvatar id={message.author} className="[&>span]:size-9 [&>span]:rounded-lg [&>span]:text-sm" />
  return (
    <span className="flex size-9 items-center justify-center rounded-lg bg-press text-fg-2">
      {message.hook?.icon ? <span className="text-xl"><EmojiFace emoji={message.hook.icon} className="size-6" /></span> : <Bot aria-hidden size={18} strokeWidth={1.75} />}
    </span>
  )
}

export function useAuthorName({ author, author_name: given }: Pick<Message, 'author' | 'author_name'>) {
  const { t } = useTranslation('chat')
  const person = usePerson(author)
  return person?.name ?? given ?? t('someone')
}

export function QuoteBlock({ quote }: { quote: Quote }) {
  const language = useLocale()
  const name = useAuthorName(quote)
  return (
    <div className="my-1 max-w-2xl rounded-md border-l-3 border-line-strong bg-sunken px-3 py-1.5">
      <Link to="/chat/$roomId" params={{ roomId: quote.room }} search={{ at: quote.seq }} className="text-xs font-medium text-fg-2 hover:underline">
        {name} · {formatDateTime(quote.created_at, language)}
      </Link>
      <Markdown text={quote.text} className="line-clamp-4 text-fg-2" />
    </div>
  )
}

function Header({ message, showTopic }: { message: Message; showTopic: boolean }) {
  const language = useLocale()
  const name = useAuthorName(message)
  const isBot = usePerson(message.author)?.kind === 'bot'
  const status = useChat((state) => (message.author ? state.statuses[message.author]?.emoji : undefined))
  return (
    <div className="flex min-w-0 items-baseline gap-2">
      {message.author ? (
        <span className="flex min-w-0 items-center gap-1.5">
          <ProfileTrigger id={message.author} tabIndex={-1} className="truncate font-semibold hover:underline">{name}</ProfileTrigger>
          {isBot && <BotLabel />}
        </span>
      ) : (
        <span className="flex items-center gap-1.5 font-semibold">
          {name}
          <BotLabel />
        </span>
      )}
      {status && <span className="text-xs">{status}</span>}
      <time dateTime={message.created_at} className="shrink-0 text-xs text-fg-3 tnum" {...tip(formatDateTime(message.created_at, language), [], 'top')}>
        {formatTime(message.created_at, language)}
      </time>
      {showTopic && message.topic && (
        <Link
          to="/chat/$roomId"
          params={{ roomId: message.room }}
          search={{ topic: message.topic }}
          className="flex min-w-0 items-baseline text-xs font-medium text-accent-text hover:underline"
        >
          <ChevronRight aria-hidden size={13} className="shrink-0 self-center text-fg-3" />
          <span className="truncate">{message.topic}</span>
        </Link>
      )}
    </div>
  )
}

function Marks({ message }: { message: Message }) {
  const { t } = useTranslation('chat')
  const saved = useChat((state) => savedKey(message.room, message.seq) in state.saved)
  if (!message.pinned && !saved) return null
  return (
    <div className="mb-0.5 flex items-center gap-3 text-xs font-medium text-fg-3">
      {message.pinned && <span className="flex items-center gap-1 text-warn"><Pin aria-hidden size={12} />{t('pinned')}</span>}
      {saved && <span className="flex items-center gap-1 text-accent-text"><Bookmark aria-hidden size={12} />{t('saved.mark')}</span>}
    </div>
  )
}

export function MessageBody({ message }: { message: Message }) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  if (message.deleted) return <p className="text-fg-3 italic">{t('deleted')}</p>
  return (
    <>
      {message.quote && <QuoteBlock quote={message.quote} />}
      {message.text && <Markdown text={message.text} className="text-base" />}
      {message.edited_at && (
        <span className="text-2xs text-fg-3" {...tip(formatDateTime(message.edited_at, language), [], 'top')}>{t('edited')}</span>
      )}
      <Attachments message={message} />
      <Previews message={message} />
    </>
  )
}

/** The toolbar is there for one message only: the one under the pointer or with the focus. */
function useActive() {
  const [near, setNear] = useState(false)
  const [focused, setFocused] = useState(false)
  const [held, setHeld] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  return {
    active: near || focused || held,
    setHeld,
    events: {
      onPointerEnter: () => {
        clearTimeout(timer.current)
        setNear(true)
      },
      onPointerLeave: () => {
        timer.current = setTimeout(() => setNear(false), HOLD_MS)
      },
      onFocus: () => setFocused(true),
      onBlur: ({ currentTarget, relatedTarget }: { currentTarget: Element; relatedTarget: EventTarget | null }) => {
        if (!(relatedTarget instanceof Node) || !currentTarget.contains(relatedTarget)) setFocused(false)
        setHeld(false)
      },
    },
  }
}

type MessageRowProps = {
  message: Message
  grouped: boolean
  showTopic: boolean
  inThread?: boolean
  highlighted?: boolean
  picking?: boolean
  current?: boolean
}

export const MessageRow = memo(function MessageRow({ message, grouped, showTopic, inThread = false, highlighted = false, picking = false, current = false }: MessageRowProps) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  const { editing } = useMessageActions()
  const { active, setHeld, events } = useActive()
  const leaving = useIsLeaving(message)
  const name = useAuthorName(message)
  const isEdited = editing === message.seq
  return (
    <article
      data-seq={message.seq}
      tabIndex={current ? 0 : -1}
      aria-label={t('message.label', { name, time: formatTime(message.created_at, language) })}
      {...events}
      className={cn(
        'group relative flex gap-3 px-4 outline-offset-[-2px] hover:bg-hover sm:px-5',
        grouped ? 'py-0.5' : 'pt-2 pb-0.5',
        message.pinned && 'bg-warn-soft/40',
        (active || isEdited) && 'bg-hover',
        highlighted && 'bg-mark/40',
        leaving && 'opacity-40',
      )}
    >
      <div className="w-9 shrink-0 select-none">
        {grouped ? (
          <time dateTime={message.created_at} className="block pt-0.5 text-right text-2xs leading-5 text-fg-3 opacity-0 tnum group-hover:opacity-100">
            {formatTime(message.created_at, language)}
          </time>
        ) : message.author ? (
          <ProfileTrigger id={message.author} tabIndex={-1} className="rounded-lg"><AuthorAvatar message={message} /><span className="sr-only">{name}</span></ProfileTrigger>
        ) : (
          <AuthorAvatar message={message} />
        )}
      </div>
      <div className="min-w-0 flex-1">
        <Marks message={message} />
        {!grouped && <Header message={message} showTopic={showTopic} />}
        {isEdited ? <EditBox message={message} /> : <MessageBody message={message} />}
        <Reactions message={message} />
        {!inThread && message.replies && <RepliesLine message={message} />}
      </div>
      {(active || picking) && !isEdited && !leaving && !message.deleted && <MessageToolbar message={message} inThread={inThread} picking={picking} onHold={setHeld} />}
    </article>
  )
})
