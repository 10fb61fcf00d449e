import { useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { FileX2, Lock, RotateCcw, Trash2, type LucideIcon } from 'lucide-react'
import { useCallback, useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem } from '@/lib/api/problem'
import type { Document } from '@/lib/api/types'
import { useProblemText } from '@/lib/i18n/hooks'
import { usePageTitle } from '@/lib/page-title'
import { forgetLocalCopy, localCopyName } from '@/lib/realtime/local-copies'
import { canEdit, canManage } from '@/lib/rights'
import { useSession } from '@/lib/session'
import { Button } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { PageSpinner } from '@/ui/spinner'
import { documentQuery, type DocumentPage as Page } from './api'
import { DocumentEditor } from './document-editor'
import { documentsOnThisDevice, forgetDocument, rememberDocument } from './on-this-device'
import type { TemplateName } from './template-names'
import { useDocumentActions } from './use-document-actions'

function Unavailable({ icon, title, text, children }: { icon: LucideIcon; title: string; text: string; children?: ReactNode }) {
  const { t } = useTranslation('common')
  const navigate = useNavigate()
  return (
    <div className="flex h-full items-center justify-center" role="alert">
      <Empty icon={icon} title={title} text={text}>
        {children}
        <Button onClick={() => void navigate({ to: '/documents' })}>{t('to_documents')}</Button>
      </Empty>
    </div>
  )
}

function LoadError({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useTranslation(['editor', 'common'])
  const problemText = useProblemText()
  const status = error instanceof Problem ? error.status : 0
  if (status === 403) return <Unavailable icon={Lock} title={t('no_access')} text={t('no_access_text')} />
  if (status === 404) return <Unavailable icon={FileX2} title={t('gone')} text={t('gone_text')} />
  return (
    <Unavailable icon={FileX2} title={t('common:error.title')} text={problemText(error)}>
      <Button tone="primary" onClick={onRetry}>{t('common:retry')}</Button>
    </Unavailable>
  )
}

function Trashed({ document }: { document: Document }) {
  const { t } = useTranslation(['editor', 'documents'])
  const actions = useDocumentActions()
  return (
    <Unavailable icon={Trash2} title={t('in_trash', { title: document.title })} text={t('in_trash_text')}>
      {canManage(document.right) && (
        <Button tone="primary" onClick={() => actions.restore(document)}>
          <RotateCcw aria-hidden size={15} />
          {t('documents:restore')}
        </Button>
      )}
    </Unavailable>
  )
}

/** What a list already knows, so that the editor opens before (or without) an answer of the server. */
function useKnownDocument(id: string) {
  const client = useQueryClient()
  return () =>
    client
      .getQueriesData<InfiniteData<Page>>({ queryKey: ['documents', 'list'] })
      .flatMap(([, data]) => data?.pages ?? [])
      .flatMap((page) => page.items)
      .find((item) => item.id === id) ?? documentsOnThisDevice().find((item) => item.id === id)
}

/** Title and right, in case the server's word about a change did not arrive. */
const REFRESH_MS = 5000

const isRefused = (error: Error | null): error is Problem => error instanceof Problem && (error.status === 403 || error.status === 404)

export function DocumentPage({ documentId, template }: { documentId: string; template?: TemplateName }) {
  const { t } = useTranslation('common')
  const { user } = useSession()
  const known = useKnownDocument(documentId)
  const query = useQuery({ ...documentQuery(documentId), initialData: known, initialDataUpdatedAt: 0, refetchInterval: REFRESH_MS })
  const { data, error } = query
  usePageTitle(data?.title ?? t('nav.documents'))
  const refused = isRefused(error)
  useEffect(() => {
    // Who may no longer read the document keeps no copy of it.
    if (!refused) return
    forgetDocument(documentId)
    void forgetLocalCopy(localCopyName(user.id, documentId))
  }, [refused, user.id, documentId])
  useEffect(() => {
    if (data && canEdit(data.right) && !data.deleted_at) rememberDocument(data)
    else if (data) forgetDocument(data.id)
  }, [data])
  const { refetch } = query
  const onRightChange = useCallback(() => refetch().then(({ error: fault }) => fault === null), [refetch])
  if (error && (refused || !data)) return <LoadError error={error} onRetry={() => void query.refetch()} />
  if (!data) return <PageSpinner label={t('loading')} />
  if (data.deleted_at) return <Trashed document={data} />
  const editable = canEdit(data.right)
  // Another right is another session: a reader must not carry edits that the server refused.
  return <DocumentEditor key={editable ? 'edit' : 'view'} document={data} editable={editable} template={template} onRightChange={onRightChange} />
}
