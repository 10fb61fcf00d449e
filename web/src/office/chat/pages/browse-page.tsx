import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Check, Hash, Search } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { Empty } from '@/ui/empty'
import { controlClass } from '@/ui/field'
import { PageSpinner } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import { joinRoom } from '../api'
import type { RoomState } from '../api-types'
import { putRoom } from '../model/chat-state'
import { roomsQuery } from '../queries'
import { RoomIcon } from '../sidebar/room-icon'
import { PageFrame } from './page-frame'

function BrowseRow({ room }: { room: RoomState }) {
  const { t } = useTranslation('chat')
  const problemText = useProblemText()
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  async function join() {
    setBusy(true)
    try {
      putRoom(await joinRoom(room.id))
      await client.invalidateQueries({ queryKey: ['chat', 'rooms'] })
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
    setBusy(false)
  }
  return (
    <li className="flex min-h-14 items-center gap-3 rounded-lg px-3 hover:bg-hover">
      <RoomIcon room={room} />
      <Link to="/chat/$roomId" params={{ roomId: room.id }} search={{}} className="min-w-0 flex-1">
        <span className="block truncate font-medium">{room.name}</span>
        <span className="block truncate text-xs text-fg-3">
          {t('members.count', { count: room.member_count })}
          {room.description && ` · ${room.description}`}
        </span>
      </Link>
      {room.membership ? (
        <span className="flex items-center gap-1 text-xs font-medium text-ok"><Check aria-hidden size={14} />{t('joined')}</span>
      ) : (
        !room.archived && <Button size="sm" busy={busy} onClick={() => void join()}>{t('join')}</Button>
      )}
    </li>
  )
}

export function BrowsePage() {
  const { t } = useTranslation('chat')
  const [text, setText] = useState('')
  const [archived, setArchived] = useState(false)
  const q = useDeferredValue(text.trim())
  const { data, isPending, hasNextPage, fetchNextPage } = useInfiniteQuery(roomsQuery(q, archived))
  const rooms = (data?.pages.flatMap(({ items }) => items) ?? []).filter(({ kind }) => kind === 'channel')
  return (
    <PageFrame icon={Hash} title={t('browse')}>
      <div className="flex flex-wrap items-center gap-3">
        <div className="relative min-w-52 flex-1">
          <Search aria-hidden size={15} className="pointer-events-none absolute top-2.5 left-2.5 text-fg-3" />
          <input type="search" aria-label={t('browse.find')} placeholder={t('browse.find')} value={text} onChange={(event) => setText(event.target.value)} className={cn(controlClass, 'pl-8')} />
        </div>
        <label className="flex items-center gap-2 text-fg-2">
          <input type="checkbox" className="size-4 accent-(--accent)" checked={archived} onChange={(event) => setArchived(event.target.checked)} />
          {t('browse.archived')}
        </label>
      </div>
      {isPending && <PageSpinner label={t('loading')} />}
      {!isPending && rooms.length === 0 && <Empty icon={Hash} title={t('browse.empty')} text={t('browse.empty_text')} />}
      <ul className="mt-3">{rooms.map((room) => <BrowseRow key={room.id} room={room} />)}</ul>
      {hasNextPage && <Button className="mt-3 w-full" onClick={() => void fetchNextPage()}>{t('show_more')}</Button>}
    </PageFrame>
  )
}
