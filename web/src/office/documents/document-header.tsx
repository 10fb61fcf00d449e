import type { Editor } from '@tiptap/core'
import { Link } from '@tanstack/react-router'
import { useEditorState } from '@tiptap/react'
import { ChevronLeft, Ellipsis, PanelRight, Redo2, Undo2, Users } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Document } from '@/lib/api/types'
import type { DocumentSession } from '@/lib/realtime/document-session'
import { Button, IconButton } from '@/ui/button'
import { whenReached } from '@/ui/when-reached'
import { Presence } from './presence'
import { SaveStateLabel, type SaveState } from './save-state'
import type { PanelName } from './side-panel'

function UndoButtons({ editor }: { editor: Editor }) {
  const { t } = useTranslation('editor')
  const can = useEditorState({ editor, selector: ({ editor: current }) => ({ undo: current.can().undo(), redo: current.can().redo() }) })
  return (
    <div className="flex max-md:hidden">
      <IconButton label={t('undo')} keys={['Mod', 'Z']} disabled={!can.undo} onClick={() => editor.chain().focus().undo().run()}>
        <Undo2 size={16} strokeWidth={1.75} />
      </IconButton>
      <IconButton label={t('redo')} keys={['Mod', 'Shift', 'Z']} disabled={!can.redo} onClick={() => editor.chain().focus().redo().run()}>
        <Redo2 size={16} strokeWidth={1.75} />
      </IconButton>
    </div>
  )
}

const LaterMenu = whenReached('menu', () => import('./document-menu'))

type HeaderProps = {
  document: Document
  session: DocumentSession
  editor: Editor
  saveState: SaveState
  panel: PanelName | null
  onPanel: (panel: PanelName | null) => void
  onShare: () => void
}

export function DocumentHeader({ document, session, editor, saveState, panel, onPanel, onShare }: HeaderProps) {
  const { t } = useTranslation(['editor', 'documents', 'common'])
  return (
    <div className="no-print flex h-12 shrink-0 items-center gap-1 border-b px-2 sm:px-3">
      <Link
        to="/documents"
        aria-label={t('common:to_documents')}
        className="flex size-8 shrink-0 items-center justify-center rounded-md text-fg-2 hover:bg-hover"
      >
        <ChevronLeft size={18} strokeWidth={1.75} />
      </Link>
      <span className="truncate text-fg-2 max-sm:hidden md:hidden">{document.title}</span>
      <SaveStateLabel state={saveState} />
      <span className="flex-1" />
      <Presence session={session} />
      {editor.isEditable && <UndoButtons editor={editor} />}
      <Button tone="plain" className="mx-1" onClick={onShare}>
        <Users aria-hidden size={15} strokeWidth={1.75} />
        {t('documents:share')}
      </Button>
      <IconButton label={t('panel')} aria-pressed={panel !== null} className="max-sm:hidden" onClick={() => onPanel(panel ? null : 'outline')}>
        <PanelRight size={17} strokeWidth={1.75} />
      </IconButton>
      <LaterMenu
        document={document}
        editor={editor}
        onPanel={onPanel}
        button={(events) => (
          <Button tone="quiet" square aria-label={t('more')} {...events}>
            <Ellipsis size={17} strokeWidth={1.75} />
          </Button>
        )}
      />
    </div>
  )
}
