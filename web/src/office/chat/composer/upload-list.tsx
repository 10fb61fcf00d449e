import { RotateCw, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { formatBytes } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import { FileSign } from '@/ui/file-sign'
import type { Upload } from './use-uploads'

type UploadListProps = { uploads: Upload[]; onRemove: (upload: Upload) => void; onRetry: (upload: Upload) => void }

export function UploadList({ uploads, onRemove, onRetry }: UploadListProps) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  if (uploads.length === 0) return null
  return (
    <ul aria-label={t('files')} className="flex flex-wrap gap-2 px-3 pt-3">
      {uploads.map((upload) => {
        const { id, file, preview, part, stored, failed } = upload
        return (
          <li key={id} className="relative flex h-14 w-56 items-center gap-2.5 overflow-hidden rounded-lg bg-sunken p-2 shadow-1">
            {preview ? <img src={preview} alt="" className="size-10 rounded-md object-cover" /> : <span className="mx-2 shrink-0 text-accent-text"><FileSign type={file.type} size={22} /></span>}
            <span className="min-w-0 flex-1">
              <span className="block truncate text-xs font-medium">{file.name}</span>
              <span className={failed ? 'text-xs text-bad' : 'text-xs text-fg-3'}>{failed ? t('file.failed') : formatBytes(file.size, language)}</span>
            </span>
            {failed && (
              <button type="button" aria-label={t('retry')} onClick={() => onRetry(upload)} className="rounded-sm p-1 text-fg-2 hover:bg-hover"><RotateCw size={14} /></button>
            )}
            <button type="button" aria-label={t('file.remove', { name: file.name })} onClick={() => onRemove(upload)} className="rounded-sm p-1 text-fg-3 hover:bg-hover"><X size={14} /></button>
            {!stored && !failed && (
              <progress aria-label={t('file.uploading', { name: file.name })} value={part} max={1} className="absolute inset-x-0 bottom-0 h-1 w-full appearance-none bg-transparent [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-transparent [&::-webkit-progress-value]:bg-accent" />
            )}
          </li>
        )
      })}
    </ul>
  )
}
