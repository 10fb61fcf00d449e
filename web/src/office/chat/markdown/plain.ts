import type { Block, Inline } from './ast'
import { parseMarkdown } from './parse-blocks'

type Names = { user: (id: string) => string; group: (id: string) => string; room: (id: string) => string }

function inlineText(nodes: Inline[], names: Names): string {
  return nodes
    .map((node) => {
      if ('children' in node) return inlineText(node.children, names)
      if (node.type === 'text' || node.type === 'code') return node.text
      if (node.type === 'user') return `@${names.user(node.id)}`
      if (node.type === 'group') return `@${names.group(node.id)}`
      if (node.type === 'room') return `#${names.room(node.id)}`
      if (node.type === 'everybody') return `@${node.which}`
      return node.type === 'emoji' ? `:${node.name}:` : ' '
    })
    .join('')
}

function blockText(block: Block, names: Names): string {
  if (block.type === 'code') return block.text
  if (block.type === 'rule') return ''
  if (block.type === 'quote') return block.children.map((child) => blockText(child, names)).join(' ')
  if (block.type === 'list') return block.items.map(({ children }) => children.map((child) => blockText(child, names)).join(' ')).join(', ')
  if (block.type === 'table') return block.head.map((cell) => inlineText(cell, names)).join(' ')
  return inlineText(block.children, names)
}

/** One line without marks, for lists and previews. */
export const plainText = (text: string, names: Names) =>
  parseMarkdown(text).map((block) => blockText(block, names)).join(' ').replaceAll(/\s+/g, ' ').trim()
