import { useTranslation } from 'react-i18next'
import { formatAgo } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import type { Message } from '../api-types'
import { PersonAvatar } from '../people/person-avatar'
import { useMessageActions } from './message-actions'

export function RepliesLine({ message }: { message: Message }) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  const { openThread } = useMessageActions()
  const { replies } = message
  if (!replies || replies.count === 0) return null
  return (
    <button type="button" onClick={() => openThread(message)} className="mt-1 -ml-1 flex h-7 items-center gap-2 rounded-md px-1 text-xs hover:bg-surface hover:shadow-1">
      <span className="flex -space-x-0.5">
        {replies.authors.map((id) => (
          <PersonAvatar key={id} id={id} size="xs" className="rounded-full ring-2 ring-surface" />
        ))}
      </span>
      <span className="font-semibold text-accent-text">{t('replies', { count: replies.count })}</span>
      <span className="text-fg-3">{t('last_reply', { time: formatAgo(replies.last_at, language) })}</span>
    </button>
  )
}
