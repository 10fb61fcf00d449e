import { SmilePlus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useLocale } from '@/lib/i18n/hooks'
import { tip } from '@/ui/tooltip'
import type { Message, Reaction } from '../api-types'
import { EmojiButton } from '../emoji/emoji-button'
import { EmojiFace } from '../emoji/emoji-face'
import { useChat } from '../model/chat-state'
import { usePeople } from '../model/directory'
import { useMessageActions } from './message-actions'

const MOST_NAMES = 20

function useNamesOf({ users }: Reaction) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  const people = usePeople()
  const userId = useChat((state) => state.userId)
  const names = users.slice(0, MOST_NAMES).map((id) => (id === userId ? t('you') : (people.get(id)?.name ?? t('someone'))))
  if (users.length > MOST_NAMES) names.push(t('more_people', { count: users.length - MOST_NAMES }))
  return new Intl.ListFormat(language).format(names)
}

function ReactionButton({ reaction, onClick }: { reaction: Reaction; onClick: () => void }) {
  const { t } = useTranslation('chat')
  const own = useChat((state) => reaction.users.includes(state.userId))
  const names = useNamesOf(reaction)
  return (
    <button
      type="button"
      aria-pressed={own}
      aria-label={t('reaction.label', { emoji: reaction.emoji, names })}
      onClick={onClick}
      {...tip(names, [], 'top')}
      className="flex h-6 items-center gap-1.5 rounded-full border border-transparent bg-press px-2 text-xs font-medium text-fg-2 tnum hover:border-line-strong aria-pressed:border-accent/40 aria-pressed:bg-selected aria-pressed:text-accent-text"
    >
      <EmojiFace emoji={reaction.emoji} />
      {reaction.users.length}
    </button>
  )
}

export function Reactions({ message }: { message: Message }) {
  const { t } = useTranslation('chat')
  const { react } = useMessageActions()
  if (message.reactions.length === 0) return null
  return (
    <div className="mt-1 flex flex-wrap items-center gap-1">
      {message.reactions.map((reaction) => (
        <ReactionButton key={reaction.emoji} reaction={reaction} onClick={() => react(message, reaction.emoji)} />
      ))}
      <EmojiButton label={t('react')} size="sm" className="h-6 rounded-full" onPick={(emoji) => react(message, emoji)}>
        <SmilePlus size={14} strokeWidth={1.75} />
      </EmojiButton>
    </div>
  )
}
