import { Download } from 'lucide-react'
import * as RadixDialog from 'radix-ui/dialog'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatBytes } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import { FileSign } from '@/ui/file-sign'
import { fileUrl } from '../api'
import type { Message, MessageFile } from '../api-types'

const MOST_WIDTH = 420
const MOST_HEIGHT = 300
/** Only pictures that a browser shows without running anything. */
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'])

/** The room that a picture takes is known before its bytes are there: nothing jumps. */
function sizeOf({ width, height }: MessageFile) {
  if (!width || !height) return { width: 240, height: 180 }
  const scale = Math.min(1, MOST_WIDTH / width, MOST_HEIGHT / height)
  return { width: Math.max(40, Math.round(width * scale)), height: Math.max(32, Math.round(height * scale)) }
}

function Picture({ room, file }: { room: string; file: MessageFile }) {
  const { t } = useTranslation('chat')
  const [open, setOpen] = useState(false)
  const url = fileUrl(room, file)
  const { width, height } = sizeOf(file)
  return (
    <>
      <button type="button" onClick={() => setOpen(true)} aria-label={t('picture.open', { name: file.name })} className="block max-w-full overflow-hidden rounded-lg bg-sunken shadow-1">
        <img src={url} alt={file.name} width={width} height={height} loading="lazy" style={{ aspectRatio: `${width} / ${height}` }} className="h-auto max-w-full object-cover" />
      </button>
      <RadixDialog.Root open={open} onOpenChange={setOpen}>
        <RadixDialog.Portal>
          <RadixDialog.Overlay className="fixed inset-0 z-40 animate-fade bg-black/80" />
          <RadixDialog.Content aria-describedby={undefined} className="fixed inset-4 z-40 flex flex-col items-center justify-center gap-3 outline-none" onClick={() => setOpen(false)}>
            <RadixDialog.Title className="max-w-full truncate text-sm font-medium text-white">{file.name}</RadixDialog.Title>
            <img src={url} alt={file.name} className="max-h-[calc(100%-5rem)] max-w-full rounded-md object-contain" />
            <a href={url} download={file.name} className="flex items-center gap-1.5 rounded-md bg-white/15 px-3 py-1.5 font-medium text-white hover:bg-white/25" onClick={(event) => event.stopPropagation()}>
              <Download aria-hidden size={15} />
              {t('download')}
            </a>
          </RadixDialog.Content>
        </RadixDialog.Portal>
      </RadixDialog.Root>
    </>
  )
}

export function FileCard({ room, file }: { room: string; file: MessageFile }) {
  const language = useLocale()
  return (
    <a href={fileUrl(room, file)} download={file.name} className="flex w-72 max-w-full items-center gap-3 rounded-lg bg-surface p-2.5 shadow-1 hover:bg-hover dark:bg-raised">
      <span className="flex size-9 shrink-0 items-center justify-center rounded-md bg-accent-soft text-accent-text">
        <FileSign type={file.media_type} size={18} />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{file.name}</span>
        <span className="block text-xs text-fg-3">{formatBytes(file.size, language)}</span>
      </span>
    </a>
  )
}

export function Attachment({ room, file }: { room: string; file: MessageFile }) {
  const { media_type: type, name } = file
  if (PICTURES.has(type)) return <Picture room={room} file={file} />
  if (type.startsWith('audio/')) return <audio controls preload="none" src={fileUrl(room, file)} aria-label={name} className="h-10 w-80 max-w-full" />
  if (type.startsWith('video/')) return <video controls preload="metadata" src={fileUrl(room, file)} aria-label={name} className="max-h-80 max-w-full rounded-lg bg-black" />
  return <FileCard room={room} file={file} />
}

export function Attachments({ message }: { message: Pick<Message, 'room' | 'files'> }) {
  const { room, files } = message
  if (files.length === 0) return null
  return (
    <div className="mt-1.5 flex flex-wrap items-start gap-2">
      {files.map((file) => (
        <Attachment key={`${file.hash}${file.name}`} room={room} file={file} />
      ))}
    </div>
  )
}
