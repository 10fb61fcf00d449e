import { useTranslation } from 'react-i18next'
import type { Document } from '@/lib/api/types'
import { useProblemText } from '@/lib/i18n/hooks'
import { notify } from '@/ui/toast'
import { useDeleteForever, useRenameDocument, useRestoreDocument, useTrashDocument } from './api'

/** What can be done to a document from a list or from its own page, with the notices that follow. */
export function useDocumentActions() {
  const { t } = useTranslation(['documents', 'common'])
  const problemText = useProblemText()
  const rename = useRenameDocument()
  const trash = useTrashDocument()
  const restore = useRestoreDocument()
  const deleteForever = useDeleteForever()
  const onError = (error: Error) => notify(problemText(error), { tone: 'bad' })
  const undoTrash = (id: string, title: string) =>
    restore.mutate(id, { onError, onSuccess: () => notify(t('restored', { title })) })
  return {
    rename: (id: string, title: string) => rename.mutate({ id, title }, { onError }),
    trash: ({ id, title }: Document, onDone?: () => void) =>
      trash.mutate(id, {
        onError,
        onSuccess() {
          notify(t('trashed', { title }), { action: { label: t('common:undo'), run: () => undoTrash(id, title) } })
          onDone?.()
        },
      }),
    restore: ({ id, title }: Document) => undoTrash(id, title),
    deleteForever: ({ id, title }: Document) =>
      deleteForever.mutate(id, { onError, onSuccess: () => notify(t('deleted', { title })) }),
  }
}
