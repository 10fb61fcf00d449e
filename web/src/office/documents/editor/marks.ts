import type { Editor } from '@tiptap/core'
import { Bold, Code, Highlighter, Italic, Strikethrough, Underline, type LucideIcon } from 'lucide-react'

type MarkName = 'bold' | 'italic' | 'underline' | 'strike' | 'code' | 'highlight'

type MarkTool = { name: MarkName; icon: LucideIcon; keys: string[]; toggle: (editor: Editor) => void }

export const MARKS: MarkTool[] = [
  { name: 'bold', icon: Bold, keys: ['Mod', 'B'], toggle: (editor) => editor.chain().focus().toggleBold().run() },
  { name: 'italic', icon: Italic, keys: ['Mod', 'I'], toggle: (editor) => editor.chain().focus().toggleItalic().run() },
  { name: 'underline', icon: Underline, keys: ['Mod', 'U'], toggle: (editor) => editor.chain().focus().toggleUnderline().run() },
  { name: 'strike', icon: Strikethrough, keys: ['Mod', 'Shift', 'S'], toggle: (editor) => editor.chain().focus().toggleStrike().run() },
  { name: 'code', icon: Code, keys: ['Mod', 'E'], toggle: (editor) => editor.chain().focus().toggleCode().run() },
  { name: 'highlight', icon: Highlighter, keys: ['Mod', 'Shift', 'H'], toggle: (editor) => editor.chain().focus().toggleHighlight().run() },
]
