import './editor/editor.css'
import type { Editor } from '@tiptap/core'
import { EditorContent } from '@tiptap/react'
import { useNavigate } from '@tanstack/react-router'
import { useQueryClient } from '@tanstack/react-query'
import { CloudOff, Eye, TriangleAlert } from 'lucide-react'
import { lazy, Suspense, useEffect, useMemo, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Document, Version } from '@/lib/api/types'
import { CLOSE, type DocumentSession, type SyncStatus } from '@/lib/realtime/document-session'
import { useDocumentSession, useSyncStatus } from '@/lib/realtime/use-session'
import { sessionQuery, useSession } from '@/lib/session'
import { useShortcuts } from '@/lib/shortcuts'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { PageSpinner } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import { DocumentHeader } from './document-header'
import { DocumentTitle } from './document-title'
import { blockCommands } from './editor/block-commands'
import { PhoneToolbar } from './editor/phone-toolbar'
import type { SlashMenuStore } from './editor/slash-extension'
import { SlashMenuList } from './editor/slash-menu'
import { TableToolbar } from './editor/table-toolbar'
import { TextToolbar } from './editor/text-toolbar'
import type { Uploader } from './editor/uploads'
import { saveStateOf } from './save-state'
import type { PanelName } from './side-panel'
import type { TemplateName } from './template-names'
import { useDocumentEditor } from './use-document-editor'
import { useTemplate } from './use-template'
import { useKeepVersion } from './versions-api'

// What many never open, or what only a pointer uses, comes after the text.
const ShareDialog = lazy(() => import('./share-dialog'))
const SidePanel = lazy(() => import('./side-panel'))
const VersionPreview = lazy(() => import('./version-preview'))
const BlockHandle = lazy(() => import('./editor/block-handle'))

const LONG_DOCUMENT_BLOCKS = 150

type EditorProps = { document: Document; editable: boolean; template?: TemplateName; onRightChange: () => Promise<boolean> }

/** Opens the session; the editor itself waits until the copy in this browser has been read. */
export function DocumentEditor(props: EditorProps) {
  const { document, editable, onRightChange } = props
  const { t } = useTranslation('common')
  const { user } = useSession()
  const session = useDocumentSession(document.id, user.id, editable, onRightChange)
  const status = useSyncStatus(session)
  const client = useQueryClient()
  const { closeCode } = status
  useEffect(() => {
    if (closeCode === CLOSE.notSignedIn) void client.refetchQueries({ queryKey: sessionQuery.queryKey })
    if (closeCode !== CLOSE.revoked && closeCode !== CLOSE.gone) return
    // Still allowed to be here, perhaps with another right: then a new connection is in order.
    void onRightChange().then((allowed) => allowed && session?.reconnect())
  }, [closeCode, client, onRightChange, session])
  // Once there is something to show it stays: a lost connection must not take the text away.
  const [shown, setShown] = useState<DocumentSession | null>(null)
  if (session && shown !== session && status.localReady && (status.synced || hasContent(session))) setShown(session)
  if (!session || !status.localReady) return <PageSpinner label={t('loading')} />
  return <EditorPane {...props} session={session} status={status} ready={shown === session} />
}

const hasContent = (session: DocumentSession | null) => (session?.doc.getXmlFragment('default').length ?? 0) > 0

function Banner({ tone, icon: Icon, children }: { tone: string; icon: typeof Eye; children: ReactNode }) {
  return (
    <div role="status" className={cn('no-print flex shrink-0 flex-wrap items-center justify-center gap-x-3 gap-y-1 px-4 py-1.5 text-xs font-medium', tone)}>
      <Icon aria-hidden size={14} />
      {children}
    </div>
  )
}

function StatusBanner({ status, session, editable }: { status: SyncStatus; session: DocumentSession; editable: boolean }) {
  const { t } = useTranslation(['editor', 'common'])
  if (status.closeCode !== null) {
    return (
      <Banner tone="bg-bad-soft text-bad" icon={TriangleAlert}>
        {status.closeCode === CLOSE.tooLarge ? t('closed.too_large') : t('closed.other')}
        <Button size="sm" onClick={() => session.reconnect()}>{t('common:retry')}</Button>
      </Banner>
    )
  }
  if (status.connection === 'disconnected' || (status.connection === 'connecting' && status.unsaved)) {
    return <Banner tone="bg-warn-soft text-warn" icon={CloudOff}>{t(status.localKept ? 'reconnecting' : 'reconnecting_unkept')}</Banner>
  }
  if (!editable) return <Banner tone="bg-sunken text-fg-2" icon={Eye}>{t('view_only')}</Banner>
  return null
}

/** Everything is saved anyway: the habit of a lifetime keeps a version instead of a web page. */
function useSaveKey(documentId: string, editable: boolean) {
  const { t } = useTranslation('editor')
  const keep = useKeepVersion(documentId)
  useShortcuts({ 'Mod+s': () => editable && keep.mutate('', { onSuccess: () => notify(t('version.kept')) }) })
}

function onTextKey(event: KeyboardEvent, editor: Editor, openLink: () => void) {
  const modifier = event.ctrlKey || event.metaKey
  if (modifier && event.altKey && event.code === 'KeyK' && !editor.state.selection.empty) {
    event.preventDefault()
    openLink()
  }
  if (event.altKey && event.key === 'F10') {
    event.preventDefault()
    window.document.querySelector<HTMLElement>('[data-toolbar] button')?.focus()
  }
}

/** Escape leads from a floating toolbar back into the text. */
function onToolbarKey(event: KeyboardEvent, editor: Editor) {
  const inToolbar = event.target instanceof Element && event.target.closest('[data-toolbar]')
  if (inToolbar && event.key === 'Escape') editor.commands.focus()
}

type ToolsProps = {
  editor: Editor
  uploader: Uploader
  slashMenu: SlashMenuStore
  linkOpen: boolean
  onLink: (open: boolean) => void
}

/** What floats over the text of somebody who may write. */
function WritingTools({ editor, uploader, slashMenu, linkOpen, onLink }: ToolsProps) {
  const commands = useMemo(() => blockCommands(uploader), [uploader])
  return (
    <>
      <TextToolbar editor={editor} linkOpen={linkOpen} onLink={onLink} />
      <TableToolbar editor={editor} />
      <SlashMenuList editor={editor} store={slashMenu} commands={commands} />
      <Suspense>
        <BlockHandle editor={editor} />
      </Suspense>
    </>
  )
}

type PaneProps = EditorProps & { session: DocumentSession; status: SyncStatus; ready: boolean }

function EditorPane({ document, editable, template, session, status, ready }: PaneProps) {
  const { t } = useTranslation('editor')
  const { editor, uploader, slashMenu } = useDocumentEditor(session, document, editable)
  const [panel, setPanel] = useState<PanelName | null>(null)
  const [preview, setPreview] = useState<Version | null>(null)
  const [sharing, setSharing] = useState(false)
  const [linkOpen, setLinkOpen] = useState(false)
  const openLink = () => setLinkOpen(true)
  const navigate = useNavigate()
  useTemplate({ editor, template, ready: status.synced, onUsed: () => void navigate({ to: '.', search: {}, replace: true }) })
  useSaveKey(document.id, editable)
  return (
    <div className="relative flex h-full print:block print:h-auto" onKeyDown={(event) => onToolbarKey(event, editor)}>
      <div className="flex min-w-0 flex-1 flex-col">
        <DocumentHeader
          document={document}
          session={session}
          editor={editor}
          saveState={saveStateOf(status, editable)}
          panel={panel}
          onPanel={setPanel}
          onShare={() => setSharing(true)}
        />
        <StatusBanner status={status} session={session} editable={editable} />
        <div className="min-h-0 flex-1 overflow-y-auto print:overflow-visible" onKeyDown={(event) => onTextKey(event, editor, openLink)}>
          <div className={cn('document-body mx-auto max-w-[47rem] px-5 pt-8 pb-24 sm:px-14 sm:pt-12', isLong(editor.state.doc.childCount) && 'is-long')}>
            <Suspense fallback={<PageSpinner label={t('opening')} />}>
              {preview && <VersionPreview documentId={document.id} version={preview} editable={editable} onClose={() => setPreview(null)} />}
            </Suspense>
            {/* The living editor stays mounted under a preview: it keeps its connection and its undo history. */}
            <div hidden={preview !== null}>
              <DocumentTitle document={document} session={session} editor={editor} editable={editable} />
              <div className="mt-3" onClick={followLink}>
                {ready ? <EditorContent editor={editor} /> : <PageSpinner label={t('opening')} />}
              </div>
            </div>
          </div>
        </div>
        {editable && <PhoneToolbar editor={editor} uploader={uploader} onLink={openLink} />}
      </div>
      <Suspense>
        {panel && (
          <SidePanel panel={panel} onPanel={setPanel} editor={editor} documentId={document.id} chosen={preview?.id ?? null} onChoose={setPreview} />
        )}
        {sharing && <ShareDialog document={document} onClose={() => setSharing(false)} />}
      </Suspense>
      {editable && ready && (
        <WritingTools editor={editor} uploader={uploader} slashMenu={slashMenu} linkOpen={linkOpen} onLink={setLinkOpen} />
      )}
    </div>
  )
}

const isLong = (blocks: number) => blocks > LONG_DOCUMENT_BLOCKS

/** A click places the cursor; with Ctrl or Cmd, or for readers, it follows the link. */
function followLink(event: MouseEvent<HTMLElement>) {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('.ProseMirror a[href]') : null
  if (!link) return
  const editable = link.closest('[contenteditable="true"]') !== null
  if (!editable) return
  event.preventDefault()
  if (event.ctrlKey || event.metaKey) window.open(link.href, '_blank', 'noopener')
}
