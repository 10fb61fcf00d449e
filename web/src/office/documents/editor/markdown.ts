import type { JSONContent } from '@tiptap/core'
import { MarkdownManager } from '@tiptap/markdown'
import { schemaExtensions } from './extensions'

// Loaded when somebody pastes or exports Markdown.
const manager = new MarkdownManager({ extensions: schemaExtensions() })

export const parseMarkdown = (text: string): JSONContent[] => manager.parse(text).content ?? []

export const toMarkdown = (content: JSONContent): string => manager.serialize(content)
