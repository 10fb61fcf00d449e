import { ArrowLeft, ArrowRight, Bookmark, Ellipsis, FileText, Globe, Link2, MessageSquare, Pencil, Plus, Trash2 } from 'lucide-react'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useRef, useState, type DragEvent, type KeyboardEvent, type MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChatBookmark } from '@/lib/api/types'
import { IconButton } from '@/ui/button'
import { cn } from '@/ui/cn'
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu'
import { notify } from '@/ui/toast'
import type { RoomState } from '../api-types'
import { EmojiFace } from '../emoji/emoji-face'
import { useBookmarks } from './use-bookmarks'

const BookmarkDialog = lazy(() => import('./bookmark-dialog'))

const TYPE = 'application/x-kontor-bookmark'

function Face({ bookmark: { emoji, url } }: { bookmark: ChatBookmark }) {
  if (emoji) return <EmojiFace emoji={emoji} />
  const Icon = url.startsWith('/documents/') ? FileText : url.startsWith('/chat/') ? MessageSquare : Globe
  return <Icon aria-hidden size={14} strokeWidth={1.75} className="shrink-0 text-fg-3" />
}

type ItemProps = {
  bookmark: ChatBookmark
  place: number
  last: number
  may: boolean
  onMove: (id: string, place: number) => void
  onEdit: () => void
  onRemove: () => void
}

function Item({ bookmark, place, last, may, onMove, onEdit, onRemove }: ItemProps) {
  const { t } = useTranslation(['chat', 'common'])
  const navigate = useNavigate()
  const [over, setOver] = useState(false)
  const { id, title, url } = bookmark
  const own = url.startsWith('/')
  function open(event: MouseEvent) {
    if (!own || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    void navigate({ href: url })
  }
  function key(event: KeyboardEvent) {
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    if (!may || !event.altKey || by === 0) return
    event.preventDefault()
    onMove(id, place + by)
  }
  const takes = (event: DragEvent) => may && event.dataTransfer.types.includes(TYPE)
  return (
    <li
      className={cn('group/mark flex h-7 max-w-60 shrink-0 items-center rounded-md hover:bg-hover', over && 'bg-selected ring-1 ring-accent')}
      onDragOver={(event) => {
        if (!takes(event)) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false)
        const dragged = event.dataTransfer.getData(TYPE)
        if (!dragged) return
        event.preventDefault()
        onMove(dragged, place)
      }}
    >
      <a
        href={url}
        draggable={may}
        title={own ? undefined : url}
        data-bookmark={id}
        aria-keyshortcuts={may ? 'Alt+ArrowLeft Alt+ArrowRight' : undefined}
        {...(own ? {} : { target: '_blank', rel: 'noopener noreferrer' })}
        onClick={open}
        onKeyDown={key}
        onDragStart={(event) => event.dataTransfer.setData(TYPE, id)}
        className="flex h-7 min-w-0 items-center gap-1.5 rounded-md px-2 text-xs font-medium text-fg-2 hover:text-fg"
      >
        <Face bookmark={bookmark} />
        <span className="truncate">{title}</span>
      </a>
      {may && (
        <Menu
          keepFocus
          align="start"
          trigger={
            <IconButton label={t('bookmarks.actions', { title })} size="sm" className="size-6 opacity-0 group-hover/mark:opacity-100 focus-visible:opacity-100 data-[state=open]:opacity-100 max-md:opacity-100">
              <Ellipsis size={14} />
            </IconButton>
          }
        >
          <MenuItem icon={Pencil} onSelect={onEdit}>{t('edit')}</MenuItem>
          <MenuItem icon={Link2} onSelect={() => void navigator.clipboard.writeText(new URL(url, window.location.origin).href).then(() => notify(t('link_copied')))}>{t('copy_link')}</MenuItem>
          <MenuItem icon={ArrowLeft} disabled={place === 0} keys={['Alt', '←']} onSelect={() => onMove(id, place - 1)}>{t('bookmarks.left')}</MenuItem>
          <MenuItem icon={ArrowRight} disabled={place === last} keys={['Alt', '→']} onSelect={() => onMove(id, place + 1)}>{t('bookmarks.right')}</MenuItem>
          <MenuSeparator />
          <MenuItem icon={Trash2} danger onSelect={onRemove}>{t('bookmarks.remove')}</MenuItem>
        </Menu>
      )}
    </li>
  )
}

/** Links that everybody in the room needs, below its header; nothing where there are none. */
export function BookmarkBar({ room, adding, onAdding }: { room: RoomState; adding: boolean; onAdding: (adding: boolean) => void }) {
  const { t } = useTranslation('chat')
  const { bookmarks, may, run, move, remove } = useBookmarks(room)
  const [edited, setEdited] = useState<ChatBookmark | null>(null)
  const list = useRef<HTMLUListElement>(null)
  function moveAndFollow(id: string, place: number) {
    move(id, place)
    // The link is drawn elsewhere now: the keys go along.
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-bookmark="${id}"]`)?.focus())
  }
  return (
    <>
      {bookmarks.length > 0 && (
        <nav aria-label={t('bookmarks')} className="flex h-9 shrink-0 items-center gap-1 border-b px-2 sm:px-3">
          <Bookmark aria-hidden size={14} strokeWidth={1.75} className="ml-1 shrink-0 text-fg-3 max-sm:hidden" />
          <ul ref={list} className="flex min-w-0 items-center gap-0.5 overflow-x-auto [scrollbar-width:none]">
            {bookmarks.map((bookmark, place) => (
              <Item
                key={bookmark.id}
                bookmark={bookmark}
                place={place}
                last={bookmarks.length - 1}
                may={may}
                onMove={moveAndFollow}
                onEdit={() => setEdited(bookmark)}
                onRemove={() => remove(bookmark.id)}
              />
            ))}
          </ul>
          {may && <IconButton label={t('bookmarks.add')} size="sm" onClick={() => onAdding(true)}><Plus size={15} strokeWidth={1.75} /></IconButton>}
        </nav>
      )}
      <Suspense>
        {adding && <BookmarkDialog room={room.id} onRun={run} onClose={() => onAdding(false)} />}
        {edited && <BookmarkDialog key={edited.id} room={room.id} bookmark={edited} onRun={run} onClose={() => setEdited(null)} />}
      </Suspense>
    </>
  )
}
