import { useInfiniteQuery } from '@tanstack/react-query'
import { MessageSquareText } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { PageSpinner } from '@/ui/spinner'
import { formatAgo } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import type { ThreadEntry } from '../api-types'
import { Markdown } from '../markdown/markdown'
import { useAuthorName } from '../room/message-row'
import { PersonAvatar } from '../people/person-avatar'
import { threadsQuery } from '../queries'
import { MessageCard } from './message-card'
import { PageFrame } from './page-frame'

function LastReply({ entry }: { entry: ThreadEntry }) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  const { last_reply: reply, root, unread } = entry
  const name = useAuthorName(reply)
  return (
    <Link to="/chat/$roomId" params={{ roomId: root.room }} search={{ thread: root.seq }} className="mt-2 block rounded-md border bg-surface p-2.5 hover:bg-hover dark:bg-raised">
      <span className="flex items-center gap-2 text-xs">
        {reply.author && <PersonAvatar id={reply.author} size="xs" />}
        <span className="font-semibold">{name}</span>
        <span className="text-fg-3">{formatAgo(reply.created_at, language)}</span>
        <span className="flex-1" />
        {unread > 0 && <span className="rounded-full bg-accent px-2 text-2xs leading-[1.125rem] font-semibold text-accent-fg">{t('thread.new', { count: unread })}</span>}
        <span className="text-fg-3">{t('replies', { count: root.replies?.count ?? 1 })}</span>
      </span>
      <span className="mt-1 line-clamp-3 text-fg-2"><Markdown text={reply.text} /></span>
    </Link>
  )
}

export function ThreadsPage() {
  const { t } = useTranslation('chat')
  const [unread, setUnread] = useState(false)
  const { data, isPending, hasNextPage, fetchNextPage } = useInfiniteQuery(threadsQuery(unread))
  const entries = data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <PageFrame
      icon={MessageSquareText}
      title={t('view.threads')}
      actions={<Button size="sm" tone="quiet" aria-pressed={unread} onClick={() => setUnread(!unread)} className="aria-pressed:bg-selected aria-pressed:text-accent-text">{t('only_unread')}</Button>}
    >
      {isPending && <PageSpinner label={t('loading')} />}
      {!isPending && entries.length === 0 && <Empty icon={MessageSquareText} title={t('threads.empty')} text={t('threads.empty_text')} />}
      <div className="flex flex-col gap-2">
        {entries.map((entry) => (
          <MessageCard key={`${entry.root.room}/${entry.root.seq}`} message={entry.root}><LastReply entry={entry} /></MessageCard>
        ))}
      </div>
      {hasNextPage && <Button className="mt-3 w-full" onClick={() => void fetchNextPage()}>{t('show_more')}</Button>}
    </PageFrame>
  )
}
