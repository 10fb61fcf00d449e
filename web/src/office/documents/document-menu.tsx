import { useNavigate } from '@tanstack/react-router'
import type { Editor } from '@tiptap/core'
import { ClipboardCopy, Download, History, ListTree, Printer, Trash2 } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Document } from '@/lib/api/types'
import { canManage } from '@/lib/rights'
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu'
import { notify } from '@/ui/toast'
import type { PanelName } from './side-panel'
import { useDocumentActions } from './use-document-actions'

async function markdownOf(editor: Editor, title: string) {
  const { toMarkdown } = await import('./editor/markdown')
  return `# ${title}\n\n${toMarkdown(editor.getJSON())}\n`
}

function download(name: string, text: string) {
  const link = window.document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/markdown' }))
  link.download = `${name.replaceAll(/[^\p{L}\p{N} _-]+/gu, '').trim() || 'document'}.md`
  link.click()
  URL.revokeObjectURL(link.href)
}

type DocumentMenuProps = { document: Document; editor: Editor; onPanel: (panel: PanelName) => void; trigger: ReactElement }

export default function DocumentMenu({ document, editor, onPanel, trigger }: DocumentMenuProps) {
  const { t } = useTranslation(['editor', 'documents', 'common'])
  const navigate = useNavigate()
  const actions = useDocumentActions()
  async function copyMarkdown() {
    try {
      await navigator.clipboard.writeText(await markdownOf(editor, document.title))
      notify(t('copied_markdown'))
    } catch {
      notify(t('common:copy_failed'), { tone: 'bad' })
    }
  }
  return (
    <Menu keepFocus defaultOpen trigger={trigger}>
      <MenuItem icon={ListTree} onSelect={() => onPanel('outline')}>{t('outline')}</MenuItem>
      <MenuItem icon={History} onSelect={() => onPanel('versions')}>{t('versions')}</MenuItem>
      <MenuSeparator />
      <MenuItem icon={ClipboardCopy} onSelect={() => void copyMarkdown()}>{t('copy_markdown')}</MenuItem>
      <MenuItem icon={Download} onSelect={() => void markdownOf(editor, document.title).then((text) => download(document.title, text))}>
        {t('download_markdown')}
      </MenuItem>
      <MenuItem icon={Printer} keys={['Mod', 'P']} onSelect={() => setTimeout(() => window.print())}>{t('print')}</MenuItem>
      <MenuSeparator />
      <MenuItem
        icon={Trash2}
        danger
        disabled={!canManage(document.right)}
        onSelect={() => actions.trash(document, () => void navigate({ to: '/documents' }))}
      >
        {t('documents:trash')}
      </MenuItem>
    </Menu>
  )
}
