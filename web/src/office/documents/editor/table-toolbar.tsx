import { posToDOMRect, type Editor } from '@tiptap/core'
import { CellSelection } from '@tiptap/pm/tables'
import { useEditorState } from '@tiptap/react'
import {
  BetweenHorizontalEnd, BetweenHorizontalStart, BetweenVerticalEnd, BetweenVerticalStart, Columns2, PanelTop, Rows2, TableCellsMerge, TableCellsSplit, Trash2,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { FloatingBar } from './floating-bar'
import { ToolButton, ToolSeparator } from './tool-button'

const TOOLS = [
  { name: 'row_above', icon: BetweenHorizontalStart, run: (editor: Editor) => editor.chain().focus().addRowBefore().run() },
  { name: 'row_below', icon: BetweenHorizontalEnd, run: (editor: Editor) => editor.chain().focus().addRowAfter().run() },
  { name: 'column_left', icon: BetweenVerticalStart, run: (editor: Editor) => editor.chain().focus().addColumnBefore().run() },
  { name: 'column_right', icon: BetweenVerticalEnd, run: (editor: Editor) => editor.chain().focus().addColumnAfter().run() },
] as const

const DELETING = [
  { name: 'delete_row', icon: Rows2, run: (editor: Editor) => editor.chain().focus().deleteRow().run() },
  { name: 'delete_column', icon: Columns2, run: (editor: Editor) => editor.chain().focus().deleteColumn().run() },
  { name: 'delete', icon: Trash2, run: (editor: Editor) => editor.chain().focus().deleteTable().run() },
] as const

/** The table around the cursor, as a place to put the toolbar above. */
function tableRect(editor: Editor) {
  const { $from } = editor.state.selection
  for (let { depth } = $from; depth > 0; depth -= 1) {
    if ($from.node(depth).type.name !== 'table') continue
    const dom = editor.view.nodeDOM($from.before(depth))
    if (dom instanceof HTMLElement) return (dom.querySelector('table') ?? dom).getBoundingClientRect()
  }
  return posToDOMRect(editor.view, $from.pos, $from.pos)
}

export function TableToolbar({ editor }: { editor: Editor }) {
  const { t } = useTranslation('editor')
  const can = useEditorState({
    editor,
    selector: ({ editor: current }) => {
      const inTable = current.isActive('table')
      return { merge: inTable && current.can().mergeCells(), split: inTable && current.can().splitCell() }
    },
  })
  return (
    <FloatingBar
      editor={editor}
      name="tableToolbar"
      placement="top-start"
      label={t('table')}
      rect={tableRect}
      shouldShow={({ state, view, element }) => {
        const focused = view.hasFocus() || element.contains(document.activeElement)
        const plainCursor = state.selection.empty || state.selection instanceof CellSelection
        return editor.isEditable && focused && editor.isActive('table') && plainCursor
      }}
    >
      {TOOLS.map(({ name, icon, run }) => (
        <ToolButton key={name} icon={icon} label={t(`table.${name}`)} onClick={() => run(editor)} />
      ))}
      <ToolSeparator />
      <ToolButton icon={PanelTop} label={t('table.header')} onClick={() => editor.chain().focus().toggleHeaderRow().run()} />
      <ToolButton
        icon={can.split ? TableCellsSplit : TableCellsMerge}
        label={can.split ? t('table.split') : t('table.merge')}
        disabled={!can.merge && !can.split}
        onClick={() => editor.chain().focus().mergeOrSplit().run()}
      />
      <ToolSeparator />
      {DELETING.map(({ name, icon, run }) => (
        <ToolButton key={name} icon={icon} label={t(`table.${name}`)} onClick={() => run(editor)} />
      ))}
    </FloatingBar>
  )
}
