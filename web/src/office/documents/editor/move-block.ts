import { Extension, type Editor } from '@tiptap/core'
import { TextSelection } from '@tiptap/pm/state'

/** Swaps the top-level block at the cursor with its neighbour: the keyboard's way to drag a block. */
function moveBlock(editor: Editor, step: -1 | 1) {
  const { state, view } = editor
  const { $from } = state.selection
  const index = $from.index(0)
  const target = index + step
  if (target < 0 || target >= state.doc.childCount) return false
  const start = $from.posAtIndex(index, 0)
  const block = state.doc.child(index)
  const neighbour = state.doc.child(target)
  const { tr } = state
  tr.delete(start, start + block.nodeSize)
  const destination = step === -1 ? start - neighbour.nodeSize : start + neighbour.nodeSize
  tr.insert(destination, block)
  const cursor = destination + ($from.pos - start)
  tr.setSelection(TextSelection.near(tr.doc.resolve(cursor)))
  view.dispatch(tr.scrollIntoView())
  return true
}

export const MoveBlock = Extension.create({
  name: 'moveBlock',
  addKeyboardShortcuts() {
    return {
      'Alt-ArrowUp': ({ editor }) => moveBlock(editor, -1),
      'Alt-ArrowDown': ({ editor }) => moveBlock(editor, 1),
    }
  },
})
