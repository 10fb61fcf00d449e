import { lazy, Suspense, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Document } from '@/lib/api/types'
import { canEdit, canManage } from '@/lib/rights'
import { ConfirmDialog } from '@/ui/dialog'
import { DocumentRow } from './document-row'
import { useDocumentActions } from './use-document-actions'

const ShareDialog = lazy(() => import('./share-dialog'))

type Open = { kind: 'rename' | 'share' | 'delete'; document: Document }

/** Arrow keys move between rows, as in a file manager. */
function moveFocus(event: KeyboardEvent<HTMLElement>, step: 1 | -1) {
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row-link]')]
  const row = document.activeElement?.closest('[role="row"]')
  const here = links.findIndex((link) => row?.contains(link))
  const next = links[Math.max(0, here + step)]
  if (!next) return
  event.preventDefault()
  next.focus()
}

function focusedDocument(documents: Document[]) {
  const id = document.activeElement?.closest<HTMLElement>('[data-document]')?.dataset.document
  return documents.find((item) => item.id === id)
}

function TableHead({ trash }: { trash: boolean }) {
  const { t } = useTranslation('documents')
  return (
    <div role="rowgroup" className="max-sm:sr-only">
      <div role="row" className="flex h-9 items-center gap-4 border-b px-5 text-xs font-medium text-fg-3">
        <span role="columnheader" className="flex-1 pl-[1.8125rem]">{t('column.title')}</span>
        <span role="columnheader" className="w-44">{t('column.owner')}</span>
        <span role="columnheader" className="hidden w-28 lg:block">{t('column.right')}</span>
        <span role="columnheader" className="w-28 text-right">{trash ? t('column.deleted') : t('column.updated')}</span>
        <span role="columnheader" className="w-8"><span className="sr-only">{t('column.actions')}</span></span>
      </div>
    </div>
  )
}

export function DocumentTable({ documents, trash }: { documents: Document[]; trash: boolean }) {
  const { t } = useTranslation(['documents', 'common'])
  const actions = useDocumentActions()
  const [open, setOpen] = useState<Open | null>(null)
  const close = () => setOpen(null)
  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    if (event.target instanceof HTMLInputElement) return
    if (event.key === 'ArrowDown') moveFocus(event, 1)
    if (event.key === 'ArrowUp') moveFocus(event, -1)
    const focused = focusedDocument(documents)
    if (!focused || trash) return
    if (event.key === 'F2' && canEdit(focused.right)) setOpen({ kind: 'rename', document: focused })
    if (event.key === 'Delete' && canManage(focused.right)) actions.trash(focused)
  }
  return (
    <>
      <div role="table" aria-label={t('title')} onKeyDown={onKeyDown}>
        <TableHead trash={trash} />
        <div role="rowgroup">
          {documents.map((item) => (
            <DocumentRow
              key={item.id}
              document={item}
              trash={trash}
              renaming={open?.kind === 'rename' && open.document.id === item.id}
              onRename={() => setOpen({ kind: 'rename', document: item })}
              onRenamed={(title) => {
                close()
                if (title && title !== item.title) actions.rename(item.id, title)
              }}
              onShare={() => setOpen({ kind: 'share', document: item })}
              onTrash={() => actions.trash(item)}
              onRestore={() => actions.restore(item)}
              onDeleteForever={() => setOpen({ kind: 'delete', document: item })}
            />
          ))}
        </div>
      </div>
      <Suspense>{open?.kind === 'share' && <ShareDialog document={open.document} onClose={close} />}</Suspense>
      <ConfirmDialog
        open={open?.kind === 'delete'}
        danger
        onClose={close}
        onConfirm={() => {
          if (open) actions.deleteForever(open.document)
          close()
        }}
        title={t('delete_forever.title', { title: open?.document.title ?? '' })}
        description={t('delete_forever.text')}
        confirmLabel={t('delete_forever')}
        cancelLabel={t('common:cancel')}
      />
    </>
  )
}
