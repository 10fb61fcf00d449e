import type { Editor } from '@tiptap/core'
import { DragHandle } from '@tiptap/extension-drag-handle-react'
import { GripVertical, Plus } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'

/** Appears beside the block under the pointer; the keyboard has "/" and Alt+arrows for the same. */
export default function BlockHandle({ editor }: { editor: Editor }) {
  const { t } = useTranslation('editor')
  useEffect(() => {
    // A new plugin makes the others begin anew, and the one for cursors then forgets ours: tell it again.
    editor.view.dispatch(editor.state.tr.setMeta('addToHistory', false))
  }, [editor])
  const block = useRef<{ pos: number; size: number; empty: boolean } | null>(null)
  function addBelow() {
    const at = block.current
    if (!at) return
    const chain = editor.chain()
    if (at.empty) chain.focus(at.pos + 1).insertContent('/').run()
    else chain.insertContentAt(at.pos + at.size, { type: 'paragraph' }).focus(at.pos + at.size + 1).insertContent('/').run()
  }
  return (
    <DragHandle
      editor={editor}
      className="block-handle no-print"
      onNodeChange={({ node, pos }) => {
        block.current = node ? { pos, size: node.nodeSize, empty: node.isTextblock && node.content.size === 0 } : null
      }}
    >
      <button type="button" tabIndex={-1} aria-label={t('handle.add')} title={t('handle.add')} onClick={addBelow} className="flex h-6 w-5 items-center justify-center rounded-sm hover:bg-hover">
        <Plus size={16} strokeWidth={1.75} />
      </button>
      <span title={t('handle.drag')} className="flex h-6 w-4 cursor-grab items-center justify-center rounded-sm hover:bg-hover">
        <GripVertical aria-hidden size={15} strokeWidth={1.75} />
      </span>
    </DragHandle>
  )
}
