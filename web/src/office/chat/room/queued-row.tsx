import { CircleAlert, CloudOff, RotateCw, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useLiveState } from '@/lib/live'
import { formatTime } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { Markdown } from '../markdown/markdown'
import { useChat } from '../model/chat-state'
import { usePerson } from '../model/directory'
import type { Queued } from '../model/outbox'
import { PersonAvatar } from '../people/person-avatar'
import { useChatSession } from '../use-chat-session'
import { Attachments } from './attachments'
import { QuoteBlock } from './message-row'

function State({ entry }: { entry: Queued }) {
  const { t } = useTranslation('chat')
  const state = useLiveState()
  const { outbox } = useChatSession()
  if (entry.fault !== null) {
    return (
      <div role="alert" className="mt-1 flex flex-wrap items-center gap-2 text-xs font-medium text-bad">
        <CircleAlert aria-hidden size={14} />
        {t('send.failed')}
        <span className="font-normal">{entry.fault}</span>
        <Button size="sm" onClick={() => outbox.retry(entry.id)}><RotateCw aria-hidden size={13} />{t('retry')}</Button>
        <Button size="sm" onClick={() => outbox.discard(entry.id)}><Trash2 aria-hidden size={13} />{t('discard')}</Button>
      </div>
    )
  }
  if (state === 'live') return <span className="sr-only">{t('send.sending')}</span>
  return (
    <span className="flex items-center gap-1 text-xs text-fg-3">
      <CloudOff aria-hidden size={13} />
      {t('send.kept')}
    </span>
  )
}

/** A message that has not reached the server. */
export function QueuedRow({ entry, grouped }: { entry: Queued; grouped: boolean }) {
  const language = useLocale()
  const userId = useChat((state) => state.userId)
  const person = usePerson(userId)
  return (
    <article data-queued={entry.fault === null ? 'waiting' : 'failed'} className={cn('flex gap-3 px-4 sm:px-5', grouped ? 'py-0.5' : 'pt-2 pb-0.5')}>
      <div className="w-9 shrink-0">{!grouped && <PersonAvatar id={userId} className="[&>span]:size-9 [&>span]:rounded-lg [&>span]:text-sm" />}</div>
      <div className="min-w-0 flex-1">
        {!grouped && (
          <div className="flex items-baseline gap-2">
            <span className="font-semibold">{person?.name}</span>
            <time dateTime={entry.at} className="text-xs text-fg-3 tnum">{formatTime(entry.at, language)}</time>
          </div>
        )}
        <div className="opacity-60">
          {entry.quote && <QuoteBlock quote={entry.quote} />}
          <Markdown text={entry.text} className="text-base" />
          <Attachments message={{ room: entry.room, files: entry.files }} />
        </div>
        <State entry={entry} />
      </div>
    </article>
  )
}
