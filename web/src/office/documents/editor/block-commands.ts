import type { Editor } from '@tiptap/core'
import {
  Code, Heading1, Heading2, Heading3, Image, List, ListOrdered, ListTodo, Minus, Pilcrow, Quote, Table, type LucideIcon,
} from 'lucide-react'
import { pickImages, type Uploader } from './uploads'

export type BlockName =
  | 'text' | 'heading1' | 'heading2' | 'heading3' | 'bullets' | 'numbers' | 'tasks' | 'quote' | 'code' | 'table' | 'image' | 'divider'

export type BlockCommand = {
  name: BlockName
  icon: LucideIcon
  /** What to type instead; taught in place. */
  hint?: string
  run: (editor: Editor) => void
  isActive?: (editor: Editor) => boolean
}

const heading = (level: 1 | 2 | 3, icon: LucideIcon): BlockCommand => ({
  name: `heading${level}`,
  icon,
  hint: '#'.repeat(level),
  run: (editor) => editor.chain().focus().setHeading({ level }).run(),
  isActive: (editor) => editor.isActive('heading', { level }),
})

/** Blocks that a paragraph can be turned into. */
export const TEXT_BLOCKS: BlockCommand[] = [
  {
    name: 'text', icon: Pilcrow,
    run: (editor) => editor.chain().focus().clearNodes().setParagraph().run(),
    isActive: (editor) => editor.isActive('paragraph') && !editor.isActive('listItem') && !editor.isActive('taskItem') && !editor.isActive('blockquote'),
  },
  heading(1, Heading1),
  heading(2, Heading2),
  heading(3, Heading3),
  {
    name: 'bullets', icon: List, hint: '-',
    run: (editor) => editor.chain().focus().toggleBulletList().run(), isActive: (editor) => editor.isActive('bulletList'),
  },
  {
    name: 'numbers', icon: ListOrdered, hint: '1.',
    run: (editor) => editor.chain().focus().toggleOrderedList().run(), isActive: (editor) => editor.isActive('orderedList'),
  },
  {
    name: 'tasks', icon: ListTodo, hint: '[ ]',
    run: (editor) => editor.chain().focus().toggleTaskList().run(), isActive: (editor) => editor.isActive('taskList'),
  },
  {
    name: 'quote', icon: Quote, hint: '>',
    run: (editor) => editor.chain().focus().toggleBlockquote().run(), isActive: (editor) => editor.isActive('blockquote'),
  },
  {
    name: 'code', icon: Code, hint: '```',
    run: (editor) => editor.chain().focus().toggleCodeBlock().run(), isActive: (editor) => editor.isActive('codeBlock'),
  },
]

/** Everything the slash menu offers. */
export const blockCommands = (uploader: Uploader): BlockCommand[] => [
  ...TEXT_BLOCKS,
  {
    name: 'table', icon: Table,
    run: (editor) => editor.chain().focus().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run(),
  },
  { name: 'image', icon: Image, run: (editor) => pickImages(editor, uploader) },
  { name: 'divider', icon: Minus, hint: '---', run: (editor) => editor.chain().focus().setHorizontalRule().run() },
]
