import { Link } from '@tanstack/react-router'
import { Ellipsis, FileText, Pencil, RotateCcw, Trash2, Users } from 'lucide-react'
import { memo, useEffect, useRef, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Document } from '@/lib/api/types'
import { formatAgo, formatDateTime } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import { canEdit, canManage } from '@/lib/rights'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu'

export type RowActions = {
  onRename: () => void
  onShare: () => void
  onTrash: () => void
  onRestore: () => void
  onDeleteForever: () => void
}

type RowProps = RowActions & {
  document: Document
  trash: boolean
  renaming: boolean
  onRenamed: (title: string | null) => void
}

function RenameField({ title, onDone }: { title: string; onDone: (title: string | null) => void }) {
  const { t } = useTranslation('documents')
  const field = useRef<HTMLInputElement>(null)
  const done = useRef(false)
  useEffect(() => field.current?.select(), [])
  function finish(next: string | null) {
    // Enter removes the field, which then loses the focus: only the first of the two counts.
    if (done.current) return
    done.current = true
    onDone(next?.trim() || null)
  }
  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    event.stopPropagation()
    if (event.key === 'Enter') finish(event.currentTarget.value)
    if (event.key === 'Escape') finish(null)
  }
  return (
    <input
      ref={field}
      autoFocus
      aria-label={t('rename.label', { title })}
      defaultValue={title}
      maxLength={200}
      onKeyDown={onKeyDown}
      onBlur={(event) => finish(event.currentTarget.value)}
      className="h-7 w-full max-w-md rounded-md border border-accent bg-surface px-2 font-medium outline-none ring-2 ring-accent/25"
    />
  )
}

function RowMenu({ document, trash, onRename, onShare, onTrash, onRestore, onDeleteForever }: RowActions & { document: Document; trash: boolean }) {
  const { t } = useTranslation('documents')
  const manage = canManage(document.right)
  return (
    <Menu
      keepFocus
      trigger={
        <Button tone="quiet" size="sm" square aria-label={t('actions', { title: document.title })}>
          <Ellipsis size={16} strokeWidth={1.75} />
        </Button>
      }
    >
      {trash ? (
        <>
          <MenuItem icon={RotateCcw} disabled={!manage} onSelect={onRestore}>{t('restore')}</MenuItem>
          <MenuItem icon={Trash2} danger disabled={!manage} onSelect={onDeleteForever}>{t('delete_forever')}</MenuItem>
        </>
      ) : (
        <>
          <MenuItem icon={Users} onSelect={onShare}>{t('share')}</MenuItem>
          <MenuItem icon={Pencil} keys={['F2']} disabled={!canEdit(document.right)} onSelect={onRename}>{t('rename')}</MenuItem>
          <MenuSeparator />
          <MenuItem icon={Trash2} danger disabled={!manage} onSelect={onTrash}>{t('trash')}</MenuItem>
        </>
      )}
    </Menu>
  )
}

function RowTitle({ document, trash }: { document: Document; trash: boolean }) {
  const { t } = useTranslation('documents')
  const title = (
    <>
      <FileText aria-hidden size={17} strokeWidth={1.75} className={trash ? 'shrink-0 text-fg-3' : 'shrink-0 text-info'} />
      <span className="truncate font-medium">{document.title}</span>
      {document.shared && (
        <span title={t('shared')} className="shrink-0 text-fg-3">
          <Users aria-hidden size={14} strokeWidth={1.75} />
          <span className="sr-only">{t('shared')}</span>
        </span>
      )}
    </>
  )
  if (trash) return <span data-row-link tabIndex={-1} className="flex min-w-0 flex-1 items-center gap-3 py-2.5">{title}</span>
  return (
    <Link
      data-row-link
      to="/documents/$documentId"
      params={{ documentId: document.id }}
      search={{}}
      className="flex min-w-0 flex-1 items-center gap-3 self-stretch rounded-sm after:absolute after:inset-0 focus-visible:outline-none"
    >
      {title}
    </Link>
  )
}

export const DocumentRow = memo(function DocumentRow(props: RowProps) {
  const { document, trash, renaming, onRenamed } = props
  const { t } = useTranslation('documents')
  const language = useLocale()
  const time = (trash && document.deleted_at) || document.updated_at
  return (
    <div
      role="row"
      data-document={document.id}
      className="relative flex h-12 items-center gap-4 border-b px-4 hover:bg-hover has-[a:focus-visible]:bg-selected sm:h-[2.625rem] sm:px-5"
    >
      <div role="cell" className="flex min-w-0 flex-1 self-stretch">
        {renaming ? (
          <span className="flex flex-1 items-center gap-3">
            <FileText aria-hidden size={17} strokeWidth={1.75} className="shrink-0 text-info" />
            <RenameField title={document.title} onDone={onRenamed} />
          </span>
        ) : (
          <RowTitle document={document} trash={trash} />
        )}
      </div>
      <div role="cell" className="hidden w-44 items-center gap-2 text-fg-2 sm:flex">
        <Avatar id={document.owner.id} name={document.owner.name} size="xs" />
        <span className="truncate">{document.owner.name}</span>
      </div>
      <div role="cell" className="hidden w-28 text-fg-2 lg:block">{t(`right.${document.right}`)}</div>
      <div role="cell" className="w-20 text-right text-fg-3 tnum sm:w-28" title={formatDateTime(time, language)}>
        {formatAgo(time, language)}
      </div>
      <div role="cell" className="relative z-10 w-8">
        <RowMenu {...props} />
      </div>
    </div>
  )
})
