import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { AlarmClock, Bookmark, X } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDateTime } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import { Button, IconButton } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { PageSpinner } from '@/ui/spinner'
import { forgetReminder, setSaved } from '../api'
import type { Plan } from '../api-types'
import { markSaved } from '../model/chat-state'
import { usePlainText } from '../names'
import { remindersQuery, savedQuery } from '../queries'
import { MessageCard, useRoomName } from './message-card'
import { PageFrame } from './page-frame'

function ReminderRow({ reminder }: { reminder: Plan }) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  const client = useQueryClient()
  const roomName = useRoomName(reminder.room)
  const plain = usePlainText()
  return (
    <li className="flex items-center gap-3 rounded-md px-3 py-2 hover:bg-hover">
      <AlarmClock aria-hidden size={16} className="shrink-0 text-warn" />
      <Link to="/chat/$roomId" params={{ roomId: reminder.room }} search={reminder.seq === null ? {} : { at: reminder.seq }} className="min-w-0 flex-1 truncate hover:underline">
        {formatDateTime(reminder.at, language)} · {roomName} {reminder.text && `· ${plain(reminder.text)}`}
      </Link>
      <IconButton label={t('reminder.remove')} size="sm" onClick={() => void forgetReminder(reminder.id).then(() => client.invalidateQueries({ queryKey: ['chat', 'reminders'] }))}>
        <X size={14} />
      </IconButton>
    </li>
  )
}

export function SavedPage() {
  const { t } = useTranslation('chat')
  const client = useQueryClient()
  const { data, isPending, hasNextPage, fetchNextPage } = useInfiniteQuery(savedQuery)
  const { data: reminders } = useQuery(remindersQuery)
  const messages = data?.pages.flatMap(({ items }) => items) ?? []
  useEffect(() => {
    for (const { room, seq } of data?.pages.flatMap(({ items }) => items) ?? []) markSaved(room, seq, true)
  }, [data])
  async function unsave(room: string, seq: number) {
    markSaved(room, seq, false)
    await setSaved(room, seq, false)
    await client.invalidateQueries({ queryKey: ['chat', 'saved'] })
  }
  return (
    <PageFrame icon={Bookmark} title={t('view.saved')}>
      {isPending && <PageSpinner label={t('loading')} />}
      {reminders && reminders.items.length > 0 && (
        <section aria-label={t('reminders')} className="mb-4">
          <h2 className="px-3 pb-1 text-xs font-medium text-fg-3">{t('reminders')}</h2>
          <ul>{reminders.items.map((reminder) => <ReminderRow key={reminder.id} reminder={reminder} />)}</ul>
        </section>
      )}
      {!isPending && messages.length === 0 && <Empty icon={Bookmark} title={t('saved.empty')} text={t('saved.empty_text')} />}
      {messages.map((message) => (
        <MessageCard key={`${message.room}/${message.seq}`} message={message}>
          <Button size="sm" className="mt-2" onClick={() => void unsave(message.room, message.seq)}>{t('unsave')}</Button>
        </MessageCard>
      ))}
      {hasNextPage && <Button className="mt-3 w-full" onClick={() => void fetchNextPage()}>{t('show_more')}</Button>}
    </PageFrame>
  )
}
