import { useQuery } from '@tanstack/react-query'
import type { JSONContent } from '@tiptap/core'
import { EditorContent, useEditor } from '@tiptap/react'
import { History, RotateCcw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Version } from '@/lib/api/types'
import { formatDateTime } from '@/lib/i18n/format'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { PageSpinner } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import { schemaExtensions } from './editor/extensions'
import { useRestoreVersion, versionContentQuery } from './versions-api'

function StillDocument({ content, label }: { content: JSONContent; label: string }) {
  const editor = useEditor({
    extensions: schemaExtensions(),
    content,
    editable: false,
    injectCSS: false,
    editorProps: { attributes: { role: 'document', 'aria-label': label } },
  })
  return <EditorContent editor={editor} />
}

type VersionPreviewProps = { documentId: string; version: Version; editable: boolean; onClose: () => void }

export default function VersionPreview({ documentId, version, editable, onClose }: VersionPreviewProps) {
  const { t } = useTranslation(['editor', 'common'])
  const language = useLocale()
  const problemText = useProblemText()
  const content = useQuery(versionContentQuery(documentId, version.id))
  const restore = useRestoreVersion(documentId)
  const when = formatDateTime(version.created_at, language)
  const name = version.label ? `${version.label} · ${when}` : when
  function onRestore() {
    restore.mutate(version.id, {
      onSuccess() {
        notify(t('version.restored', { when }))
        onClose()
      },
      onError: (error) => notify(problemText(error), { tone: 'bad' }),
    })
  }
  return (
    <>
      <div className="no-print sticky top-0 z-10 -mt-4 mb-6 flex flex-wrap items-center gap-2 rounded-lg bg-accent-soft py-2 pr-2 pl-3.5 text-accent-text">
        <History aria-hidden size={16} strokeWidth={1.75} />
        <span role="status" className="min-w-0 flex-1 truncate font-medium">
          {t('version.preview', { name })}
        </span>
        <Button size="sm" onClick={onClose}>
          {t('version.back')}
        </Button>
        {editable && (
          <Button size="sm" tone="primary" busy={restore.isPending} onClick={onRestore}>
            <RotateCcw aria-hidden size={14} />
            {t('version.restore')}
          </Button>
        )}
      </div>
      {content.isPending && <PageSpinner label={t('common:loading')} />}
      {content.isError && <p role="alert" className="text-bad">{problemText(content.error)}</p>}
      {content.data && <StillDocument key={version.id} content={content.data} label={name} />}
    </>
  )
}
