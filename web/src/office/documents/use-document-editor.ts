import { useEditor } from '@tiptap/react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Document } from '@/lib/api/types'
import { useProblemText } from '@/lib/i18n/hooks'
import type { DocumentSession } from '@/lib/realtime/document-session'
import { useSession } from '@/lib/session'
import { cursorColor } from '@/ui/avatar'
import { notify } from '@/ui/toast'
import { uploadFile } from './api'
import { editorExtensions } from './editor/extensions'
import { SlashMenuStore } from './editor/slash-extension'
import type { Uploader } from './editor/uploads'
import { useOwnColor } from './use-own-color'

/** The cursor never sits at the very edge: toolbars float above it, and there is a line to read below. */
const SCROLL_ROOM = { top: 64, bottom: 64, left: 0, right: 0 }

function useUploader(documentId: string): Uploader {
  const { t } = useTranslation('editor')
  const problemText = useProblemText()
  return {
    upload: (file) => uploadFile(documentId, file),
    refuse(reason, error) {
      const text = reason === 'failed' ? `${t('image.failed')} ${problemText(error)}` : t(`image.refused_${reason}`)
      notify(text, { tone: 'bad' })
    },
  }
}

/** The editor of one session. It is made once: texts follow the language at the next opening. */
export function useDocumentEditor(session: DocumentSession, document: Document, editable: boolean) {
  const { t } = useTranslation('editor')
  const { user } = useSession()
  const [uploader] = useState(useUploader(document.id))
  useOwnColor(session, user)
  const [slashMenu] = useState(() => new SlashMenuStore())
  const editor = useEditor(
    {
      editable,
      // Its style is in editor.css: injected, the first editor to go takes it from the others.
      injectCSS: false,
      immediatelyRender: true,
      shouldRerenderOnTransaction: false,
      extensions: editorExtensions({
        session, uploader, slashMenu, editable,
        user: { id: user.id, name: user.name, color: cursorColor(user.id) },
        texts: {
          taskLabel: (text, checked) => t(checked ? 'task.done' : 'task.open', { text: text || t('task.empty') }),
          placeholder(node, level) {
            if (node === 'heading') return t('placeholder.heading', { level })
            return node === 'paragraph' ? t('placeholder.text') : ''
          },
        },
      }),
      editorProps: {
        scrollThreshold: SCROLL_ROOM,
        scrollMargin: SCROLL_ROOM,
        attributes: { role: 'textbox', 'aria-multiline': 'true', 'aria-label': t('body', { title: document.title }), spellcheck: 'true' },
      },
    },
    [session],
  )
  return { editor, uploader, slashMenu }
}
