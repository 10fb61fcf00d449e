import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/ui/button'
import { cn } from '@/ui/cn'
import { fileUrl } from '../api'
import type { Message, Preview } from '../api-types'
import { useRoom } from '../model/chat-state'
import { useMessageActions } from './message-actions'
import { useMayEdit } from './message-toolbar'
import { hrefOf, pictureOf, type PreviewPicture } from './preview-size'

type PictureProps = { room: string; preview: Preview; picture: PreviewPicture; alt: string; className?: string }

/** It comes from our own server: the site does not learn who reads. */
function Picture({ room, preview: { image }, picture: { width, height }, alt, className }: PictureProps) {
  if (!image) return null
  const src = fileUrl(room, { hash: image.hash, name: 'preview' })
  return <img src={src} alt={alt} width={width} height={height} loading="lazy" style={{ aspectRatio: `${width} / ${height}` }} className={cn('rounded-md bg-press object-cover', className)} />
}

function Card({ room, preview }: { room: string; preview: Preview }) {
  const { t } = useTranslation('chat')
  const { url, title, description, site } = preview
  const picture = pictureOf(preview)
  const link = { href: hrefOf(url), target: '_blank', rel: 'noopener noreferrer nofollow' }
  if (picture?.place === 'alone') {
    return (
      <a {...link} className="block w-fit max-w-full overflow-hidden rounded-lg shadow-1">
        <Picture room={room} preview={preview} picture={picture} alt={t('preview.picture', { site })} className="h-auto max-w-full" />
      </a>
    )
  }
  return (
    <div className="flex w-fit max-w-full gap-3 rounded-lg border-l-3 border-accent/60 bg-surface py-2.5 pr-10 pl-3 shadow-1 sm:max-w-xl dark:bg-raised">
      <div className="min-w-0 flex-1">
        <p className="truncate text-xs text-fg-3">{site}</p>
        <a {...link} className="line-clamp-2 font-semibold break-words text-accent-text hover:underline">{title}</a>
        {description && <p className="mt-0.5 line-clamp-3 text-sm break-words text-fg-2">{description}</p>}
        {picture?.place === 'below' && (
          <a {...link} tabIndex={-1} aria-hidden className="mt-2 block w-fit max-w-full">
            <Picture room={room} preview={preview} picture={picture} alt="" className="h-auto max-w-full" />
          </a>
        )}
      </div>
      {picture?.place === 'beside' && <Picture room={room} preview={preview} picture={picture} alt="" className="shrink-0 self-start" />}
    </div>
  )
}

/** What the pages say that a message links to. */
export const Previews = ({ message }: { message: Message }) => (message.previews.length > 0 ? <Cards message={message} /> : null)

function Cards({ message }: { message: Message }) {
  const { t } = useTranslation('chat')
  const actions = useMessageActions()
  const may = useMayEdit(message)
  const room = useRoom(message.room)
  const removes = may.remove && room?.membership !== null && !room?.archived
  return (
    <ul className="mt-1.5 flex flex-col items-start gap-1.5">
      {message.previews.map((preview) => (
        <li key={preview.url} aria-label={t('preview.of', { name: preview.title || preview.site })} className="group/preview relative max-w-full">
          <Card room={message.room} preview={preview} />
          {removes && (
            <IconButton
              label={t('preview.remove')}
              size="sm"
              side="top"
              tone="plain"
              className="absolute top-1 right-1 opacity-0 group-focus-within/preview:opacity-100 group-hover/preview:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100"
              onClick={() => actions.removePreview(message, preview.url)}
            >
              <X aria-hidden size={14} />
            </IconButton>
          )}
        </li>
      ))}
    </ul>
  )
}
