import type { AnyExtension } from '@tiptap/core'
import { Blockquote } from '@tiptap/extension-blockquote'
import { Bold } from '@tiptap/extension-bold'
import { Code } from '@tiptap/extension-code'
import { Collaboration } from '@tiptap/extension-collaboration'
import { CollaborationCaret } from '@tiptap/extension-collaboration-caret'
import { Document } from '@tiptap/extension-document'
import { HardBreak } from '@tiptap/extension-hard-break'
import { Heading } from '@tiptap/extension-heading'
import { Highlight } from '@tiptap/extension-highlight'
import { HorizontalRule } from '@tiptap/extension-horizontal-rule'
import { Italic } from '@tiptap/extension-italic'
import { BulletList, ListItem, ListKeymap, OrderedList, TaskItem, TaskList } from '@tiptap/extension-list'
import { Paragraph } from '@tiptap/extension-paragraph'
import { Strike } from '@tiptap/extension-strike'
import { TableKit } from '@tiptap/extension-table'
import { Text } from '@tiptap/extension-text'
import { Underline } from '@tiptap/extension-underline'
import { Dropcursor, Gapcursor, Placeholder } from '@tiptap/extensions'
import type { DocumentSession } from '@/lib/realtime/document-session'
import { CodeBlock } from './code-block'
import { Image } from './image'
import { Link } from './link'
import { MoveBlock } from './move-block'
import { PasteAndDrop } from './paste-extension'
import { caretOf, selectionOf } from './remote-caret'
import { SlashMenu, type SlashMenuStore } from './slash-extension'
import type { Uploader } from './uploads'

type SchemaTexts = { taskLabel?: (text: string, checked: boolean) => string }

/** What a document can hold: the same for editing, previews and Markdown. */
export function schemaExtensions({ taskLabel }: SchemaTexts = {}): AnyExtension[] {
  return [
    // Piece by piece and not as the kit, which brings a history that shared documents must not use:
    // undo must never take back what somebody else wrote.
    Document, Paragraph, Text, HardBreak, Heading.configure({ levels: [1, 2, 3] }), Blockquote, HorizontalRule,
    Bold, Italic, Underline, Strike, Code, Link,
    BulletList, OrderedList, ListItem, ListKeymap,
    Dropcursor.configure({ class: 'drop-cursor', width: 2, color: false }), Gapcursor,
    CodeBlock,
    Highlight,
    Image,
    TaskList,
    TaskItem.configure({
      nested: true,
      ...(taskLabel ? { a11y: { checkboxLabel: (node, checked) => taskLabel(node.textContent, checked) } } : {}),
    }),
    TableKit.configure({ table: { resizable: true, cellMinWidth: 64 } }),
  ]
}

type EditorParts = {
  session: DocumentSession
  user: { id: string; name: string; color: string }
  uploader: Uploader
  slashMenu: SlashMenuStore
  texts: SchemaTexts & { placeholder: (node: string, level: number) => string }
  editable: boolean
}

export function editorExtensions({ session, user, uploader, slashMenu, texts, editable }: EditorParts): AnyExtension[] {
  const shared = [
    ...schemaExtensions(texts),
    Collaboration.configure({ document: session.doc }),
    CollaborationCaret.configure({ provider: session.provider, user, render: caretOf, selectionRender: selectionOf }),
    Placeholder.configure({
      includeChildren: false,
      placeholder: ({ node }) => texts.placeholder(node.type.name, Number(node.attrs.level ?? 0)),
    }),
  ]
  return editable ? [...shared, PasteAndDrop.configure({ uploader }), SlashMenu.configure({ store: slashMenu }), MoveBlock] : shared
}
