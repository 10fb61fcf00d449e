import type { Editor } from '@tiptap/core'
import { useEditorState } from '@tiptap/react'
import { Image, Link2, Redo2, Table, Undo2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { TEXT_BLOCKS } from './block-commands'
import { MARKS } from './marks'
import { ToolButton, ToolSeparator } from './tool-button'
import { pickImages, type Uploader } from './uploads'

/** On a phone the tools stay above the keyboard: a floating bar would fight with the system's own. */
export function PhoneToolbar({ editor, uploader, onLink }: { editor: Editor; uploader: Uploader; onLink: () => void }) {
  const { t } = useTranslation('editor')
  const selected = useEditorState({ editor, selector: ({ editor: current }) => !current.state.selection.empty })
  const active = useEditorState({
    editor,
    selector: ({ editor: current }) => [
      ...MARKS.filter(({ name }) => current.isActive(name)).map(({ name }) => name as string),
      ...TEXT_BLOCKS.filter((block) => block.isActive?.(current)).map(({ name }) => name as string),
    ],
  })
  return (
    <div role="toolbar" data-phone-toolbar aria-label={t('toolbar')} className="no-print flex shrink-0 items-center gap-0.5 overflow-x-auto border-t bg-surface px-2 py-1 sm:hidden">
      <ToolButton icon={Undo2} label={t('undo')} onClick={() => editor.chain().focus().undo().run()} />
      <ToolButton icon={Redo2} label={t('redo')} onClick={() => editor.chain().focus().redo().run()} />
      <ToolSeparator />
      {MARKS.map(({ name, icon, toggle }) => (
        <ToolButton key={name} icon={icon} label={t(`mark.${name}`)} active={active.includes(name)} onClick={() => toggle(editor)} />
      ))}
      <ToolButton icon={Link2} label={t('link')} disabled={!selected} onClick={onLink} />
      <ToolSeparator />
      {TEXT_BLOCKS.map(({ name, icon, run }) => (
        <ToolButton key={name} icon={icon} label={t(`block.${name}`)} active={active.includes(name)} onClick={() => run(editor)} />
      ))}
      <ToolSeparator />
      <ToolButton icon={Image} label={t('block.image')} onClick={() => pickImages(editor, uploader)} />
      <ToolButton icon={Table} label={t('block.table')} onClick={() => editor.chain().focus().insertTable({ rows: 3, cols: 2, withHeaderRow: true }).run()} />
    </div>
  )
}
