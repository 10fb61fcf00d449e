import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { AlarmClock, AtSign, Bell, Check, CheckCheck, FileText, Flag, KeyRound, Mail, MessageSquare, MessageSquareText, MessageSquareQuote, type LucideIcon } from 'lucide-react'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { formatAgo } from '@/lib/i18n/format'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { Avatar } from '@/ui/avatar'
import { Button, IconButton } from '@/ui/button'
import { cn } from '@/ui/cn'
import { Empty } from '@/ui/empty'
import { Skeleton } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import { markRead, markUnread, notificationsQuery, patchNotifications } from './api'
import type { Kind, Notification } from './api-types'

const ICONS: Record<Kind, LucideIcon> = {
  mention: AtSign, reply: MessageSquareText, comment: MessageSquareQuote, share: FileText, reminder: AlarmClock, keyword: KeyRound, direct: MessageSquare, report: Flag,
}

/** A link of the server leads into this app, never out of it. */
export const innerPath = (link: string) => (/^\/(?![/\\])/.test(link) ? link : '/')

export function useReadChange() {
  const client = useQueryClient()
  const problemText = useProblemText()
  return async (ids: string[] | 'all', read: boolean) => {
    const now = new Date().toISOString()
    patchNotifications(client, (items) => items.map((item) => (ids === 'all' || ids.includes(item.id) ? { ...item, read_at: read ? (item.read_at ?? now) : null } : item)))
    try {
      await (ids === 'all' ? markRead({ all: true }) : read ? markRead({ ids }) : markUnread(ids))
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
      await client.invalidateQueries({ queryKey: ['notifications'] })
    }
  }
}

function NotificationRow({ notification, onOpen }: { notification: Notification; onOpen?: () => void }) {
  const { t } = useTranslation('notify')
  const language = useLocale()
  const navigate = useNavigate()
  const change = useReadChange()
  const { id, kind, actor, actor_name: name, title, body, link, created_at: at, read_at: readAt } = notification
  const Icon = ICONS[kind] ?? Bell
  const unread = readAt === null
  return (
    <li className="group relative">
      <a
        href={innerPath(link)}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey) return
          event.preventDefault()
          if (unread) void change([id], true)
          onOpen?.()
          void navigate({ href: innerPath(link) })
        }}
        className={cn('flex gap-3 px-4 py-2.5 pr-11 outline-offset-[-2px] hover:bg-hover', unread && 'bg-selected/60')}
      >
        <span className="relative shrink-0 self-start">
          {actor ? <Avatar id={actor} name={name ?? '?'} size="md" className="size-8" /> : <span className="flex size-8 items-center justify-center rounded-full bg-press"><Bell aria-hidden size={15} /></span>}
          <span className="absolute -right-1 -bottom-1 flex size-4.5 items-center justify-center rounded-full bg-accent text-accent-fg ring-2 ring-raised"><Icon aria-hidden size={10} strokeWidth={2.25} /></span>
        </span>
        <span className="min-w-0 flex-1">
          <span className={cn('block', unread && 'font-semibold')}>{title}</span>
          {body && <span className="line-clamp-2 text-fg-2">{body}</span>}
          <span className="block text-xs text-fg-3">{formatAgo(at, language)}</span>
        </span>
        {unread && <span className="sr-only">{t('unread')}</span>}
      </a>
      <IconButton
        label={unread ? t('mark_read') : t('mark_unread')}
        size="sm"
        className="absolute top-2.5 right-2.5 opacity-0 group-hover:opacity-100 focus-visible:opacity-100"
        onClick={() => void change([id], unread)}
      >
        {unread ? <Check size={15} /> : <Mail size={14} />}
      </IconButton>
      {unread && <span aria-hidden className="absolute top-4 right-4 size-2 rounded-full bg-accent group-hover:hidden" />}
    </li>
  )
}

type InboxProps = { unread?: boolean; onOpen?: () => void }

export function InboxList({ unread = false, onOpen }: InboxProps) {
  const { t } = useTranslation('notify')
  const { data, isPending, isError, hasNextPage, fetchNextPage } = useInfiniteQuery(notificationsQuery(unread))
  if (isPending) return <div className="flex flex-col gap-3 p-4">{[0, 1, 2].map((row) => <Skeleton key={row} className="h-10" />)}</div>
  const items = data?.pages.flatMap((page) => page.items) ?? []
  if (isError && items.length === 0) return <p role="alert" className="p-6 text-center text-fg-3">{t('failed')}</p>
  if (items.length === 0) return <Empty icon={CheckCheck} title={t('empty')} text={t('empty_text')} />
  return (
    <>
      <ul aria-label={t('title')}>{items.map((item) => <NotificationRow key={item.id} notification={item} onOpen={onOpen} />)}</ul>
      {hasNextPage && <div className="p-2"><Button className="w-full" onClick={() => void fetchNextPage()}>{t('show_more')}</Button></div>}
    </>
  )
}
