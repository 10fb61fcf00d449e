import type { Editor } from '@tiptap/core'
import { ListTree, X } from 'lucide-react'
import * as Tabs from 'radix-ui/tabs'
import { useTranslation } from 'react-i18next'
import { useLocale } from '@/lib/i18n/hooks'
import type { Version } from '@/lib/api/types'
import { IconButton } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { useDocumentFacts, type Heading } from './editor/outline'
import { VersionsPanel } from './versions-panel'

export type PanelName = 'outline' | 'versions'

const INDENT: Record<number, string> = { 1: 'pl-2.5 font-medium', 2: 'pl-6', 3: 'pl-10 text-fg-3' }

function showHeading(editor: Editor, { pos }: Heading) {
  editor.chain().setTextSelection(pos + 1).run()
  const dom = editor.view.nodeDOM(pos)
  if (dom instanceof HTMLElement) dom.scrollIntoView({ behavior: 'smooth', block: 'start' })
  if (editor.isEditable) editor.view.focus()
}

function Outline({ editor, onShown }: { editor: Editor; onShown: () => void }) {
  const { t } = useTranslation('editor')
  const language = useLocale()
  const { headings, words, characters } = useDocumentFacts(editor, language)
  const number = new Intl.NumberFormat(language)
  return (
    <div className="flex min-h-full flex-col">
      {headings.length === 0 && <Empty icon={ListTree} title={t('outline.none')} text={t('outline.none_text')} />}
      <ul className="flex-1 p-1.5">
        {headings.map((heading) => (
          <li key={heading.pos}>
            <button
              type="button"
              onClick={() => {
                showHeading(editor, heading)
                onShown()
              }}
              className={`min-h-8 w-full truncate rounded-md py-1.5 pr-2.5 text-left text-fg-2 hover:bg-hover ${INDENT[heading.level] ?? ''}`}
            >
              {heading.text}
            </button>
          </li>
        ))}
      </ul>
      <p className="border-t px-4 py-3 text-xs text-fg-3 tnum">
        {t('words', { count: words, formatted: number.format(words) })} · {t('characters', { count: characters, formatted: number.format(characters) })}
      </p>
    </div>
  )
}

const WIDE = 1024

type SidePanelProps = {
  panel: PanelName
  onPanel: (panel: PanelName | null) => void
  editor: Editor
  documentId: string
  chosen: string | null
  onChoose: (version: Version) => void
}

/** Beside the text on a wide screen, over it on a narrow one. */
export default function SidePanel({ panel, onPanel, editor, documentId, chosen, onChoose }: SidePanelProps) {
  const { t } = useTranslation(['editor', 'common'])
  const closeIfOverText = () => {
    if (window.innerWidth < WIDE) onPanel(null)
  }
  const tab = 'h-8 rounded-md px-2.5 font-medium text-fg-2 hover:bg-hover data-[state=active]:bg-selected data-[state=active]:text-accent-text'
  return (
    <Tabs.Root asChild value={panel} onValueChange={(next) => onPanel(next as PanelName)}>
      <aside aria-label={t('panel')} className="no-print absolute inset-y-0 right-0 z-20 flex w-full max-w-[21.25rem] animate-fade flex-col border-l bg-surface shadow-3 lg:static lg:w-[21.25rem] lg:shrink-0 lg:shadow-none">
        <div className="flex h-12 shrink-0 items-center justify-between border-b px-2">
          <Tabs.List aria-label={t('panel')} className="flex gap-0.5">
            <Tabs.Trigger value="outline" className={tab}>{t('outline')}</Tabs.Trigger>
            <Tabs.Trigger value="versions" className={tab}>{t('versions')}</Tabs.Trigger>
          </Tabs.List>
          <IconButton label={t('common:close')} size="sm" onClick={() => onPanel(null)}>
            <X size={16} strokeWidth={1.75} />
          </IconButton>
        </div>
        <Tabs.Content value="outline" className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]"><Outline editor={editor} onShown={closeIfOverText} /></Tabs.Content>
        <Tabs.Content value="versions" className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]">
          <VersionsPanel
            documentId={documentId}
            editable={editor.isEditable}
            chosen={chosen}
            onChoose={(version) => {
              onChoose(version)
              closeIfOverText()
            }}
          />
        </Tabs.Content>
      </aside>
    </Tabs.Root>
  )
}
