import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Download, Paperclip, RotateCw, Trash2, X } from 'lucide-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordFile } from '@/lib/api/types'
import { formatAgo, formatBytes } from '@/lib/i18n/format'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { Button, IconButton } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { FileSign } from '@/ui/file-sign'
import { Skeleton } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import { fileUrl, filesKey, filesQuery, removeFile, undo } from '../model/api'
import { forgetUpload, retryUpload, uploadTo, useUploads, type Upload } from '../model/record-uploads'
import type { Kind, Rec } from '../model/types'
import { usePeople } from '../model/use-kinds'

/** Only pictures that a browser shows without running anything. */
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

type FileProps = { kind: Kind; record: Rec; file: RecordFile; editable: boolean; onRemove: () => void }

function FileRow({ kind, record, file, editable, onRemove }: FileProps) {
  const { t } = useTranslation('business')
  const locale = useLocale()
  const people = usePeople()
  const url = fileUrl(kind.name, record.id, file.id)
  const isPicture = PICTURES.has(file.media_type)
  const who = (file.added_by && people.get(file.added_by)?.name) || t('someone')
  return (
    <li className="group/file flex items-center gap-3 rounded-lg bg-surface p-2 shadow-1 dark:bg-raised">
      <a href={url} target="_blank" rel="noreferrer" aria-label={t('files.open', { name: file.name })} className="flex size-14 shrink-0 items-center justify-center overflow-hidden rounded-md bg-sunken text-accent-text outline-offset-2">
        {isPicture ? <img src={url} alt="" width={56} height={56} loading="lazy" className="size-full object-cover" /> : <FileSign type={file.media_type} size={22} />}
      </a>
      <span className="min-w-0 flex-1">
        <a href={url} target="_blank" rel="noreferrer" tabIndex={-1} className="block truncate font-medium hover:underline">{file.name}</a>
        <span className="block truncate text-xs text-fg-3">
          {formatBytes(file.size, locale)}
          {file.width && file.height ? ` · ${file.width} × ${file.height}` : ''}
        </span>
        <span className="block truncate text-xs text-fg-3">
          {who} · <time dateTime={file.added_at}>{formatAgo(file.added_at, locale)}</time>
        </span>
      </span>
      <a href={url} download={file.name} aria-label={t('files.download', { name: file.name })} className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-fg-2 hover:bg-hover hover:text-fg">
        <Download aria-hidden size={15} />
      </a>
      {editable && (
        <IconButton label={t('files.remove', { name: file.name })} size="sm" onClick={onRemove}>
          <Trash2 size={15} />
        </IconButton>
      )}
    </li>
  )
}

function UploadRow({ upload }: { upload: Upload }) {
  const { t } = useTranslation(['business', 'common'])
  const problemText = useProblemText()
  const { file, fault, part } = upload
  const why = fault === 'too_large' ? t('files.too_large', { name: file.name }) : fault ? problemText(fault) : null
  return (
    <li role={fault ? 'alert' : undefined} className="flex items-center gap-3 rounded-lg bg-sunken p-2">
      <span className="flex size-14 shrink-0 items-center justify-center text-fg-3">
        <FileSign type={file.type} size={22} />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{file.name}</span>
        {why ? (
          <span className="block text-xs text-bad">{why}</span>
        ) : (
          <span role="progressbar" aria-label={t('files.uploading', { name: file.name })} aria-valuenow={Math.round(part * 100)} aria-valuemin={0} aria-valuemax={100} className="mt-1.5 block h-1 overflow-hidden rounded-full bg-press">
            <span className="block h-full bg-accent transition-[width]" style={{ width: `${part * 100}%` }} />
          </span>
        )}
      </span>
      {fault && fault !== 'too_large' && (
        <IconButton label={t('common:retry')} size="sm" onClick={() => retryUpload(upload)}>
          <RotateCw size={15} />
        </IconButton>
      )}
      {fault && (
        <IconButton label={t('common:dismiss')} size="sm" onClick={() => forgetUpload(upload.id)}>
          <X size={15} />
        </IconButton>
      )}
    </li>
  )
}

/** The files of a record: chosen, dropped or pasted, and taken away with an undo. */
export default function FilesPanel({ kind, record, editable }: { kind: Kind; record: Rec; editable: boolean }) {
  const { t } = useTranslation(['business', 'common'])
  const client = useQueryClient()
  const problemText = useProblemText()
  const chooser = useRef<HTMLInputElement>(null)
  const { data, isPending, error } = useQuery(filesQuery(kind.name, record.id))
  const uploads = useUploads(record.id)
  const again = () => client.invalidateQueries({ queryKey: filesKey(record.id) })
  async function remove(file: RecordFile) {
    const batch = crypto.randomUUID()
    try {
      await removeFile(kind.name, record.id, file.id, batch)
      const back = () => void undo({ batch }).then(again, (fault) => notify(problemText(fault), { tone: 'bad' }))
      notify(t('files.removed', { name: file.name }), { action: { label: t('common:undo'), run: back } })
    } catch (fault) {
      notify(problemText(fault), { tone: 'bad' })
    }
    await again()
  }
  const choose = editable && (
    <>
      <input ref={chooser} type="file" multiple hidden aria-label={t('files.add')} onChange={({ currentTarget }) => {
        uploadTo(kind.name, record.id, [...(currentTarget.files ?? [])])
        currentTarget.value = ''
      }} />
      <Button onClick={() => chooser.current?.click()}>
        <Paperclip aria-hidden size={15} />
        {t('files.add')}
      </Button>
    </>
  )
  const files = data?.items ?? []
  const isEmpty = data && files.length === 0 && uploads.length === 0
  return (
    <div className="p-3 sm:p-4">
      {isPending && <Skeleton className="h-24" />}
      {error && <p role="alert" className="text-bad">{problemText(error)}</p>}
      {isEmpty ? (
        <Empty icon={Paperclip} title={t('files.none')} text={editable ? t('files.none_text') : t('files.none_read')}>{choose}</Empty>
      ) : (
        <>
          {choose && <div className="mb-3">{choose}</div>}
          <ul aria-label={t('side.files')} className="flex flex-col gap-2">
            {uploads.map((upload) => (
              <UploadRow key={upload.id} upload={upload} />
            ))}
            {files.map((file) => (
              <FileRow key={file.id} kind={kind} record={record} file={file} editable={editable} onRemove={() => void remove(file)} />
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
