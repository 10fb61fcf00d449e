import { InputRule, Mark, markPasteRule, mergeAttributes } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'

const SAFE = /^(https?:|mailto:|tel:|\/(?!\/)|#)/i
const ADDRESS = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/
const TYPED_ADDRESS = new RegExp(`(?:^|\\s)(${ADDRESS.source})\\s$`)
const MARKDOWN_LINK = /\[([^\]]+)\]\((\S+)\)$/

/** Accepts what people type; without a scheme a web address is meant, and script addresses never. */
export function normalLink(text: string) {
  const trimmed = text.trim()
  if (trimmed === '') return null
  if (SAFE.test(trimmed)) return trimmed
  if (/^[a-z][\w+-]*:(?!\d)/i.test(trimmed)) return null
  return /^[^\s@]+@[^\s@]+\.\w+$/.test(trimmed) ? `mailto:${trimmed}` : `https://${trimmed}`
}

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    link: { setLink: (attributes: { href: string }) => ReturnType; unsetLink: () => ReturnType }
  }
}

/** A link mark of our own: the common one brings a link detector of 12 KB that a pattern replaces. */
export const Link = Mark.create({
  name: 'link',
  priority: 1000,
  inclusive: false,
  exitable: true,

  addAttributes: () => ({
    href: { default: null, parseHTML: (element) => element.getAttribute('href') },
  }),

  parseHTML: () => [
    {
      tag: 'a[href]',
      getAttrs: (element) => (SAFE.test(element.getAttribute('href') ?? '') ? null : false),
    },
  ],

  renderHTML({ HTMLAttributes }) {
    const { href } = HTMLAttributes as { href?: unknown }
    // The document may come from another program: an address is checked where it is drawn.
    const safe = typeof href === 'string' && SAFE.test(href) ? href : ''
    return ['a', mergeAttributes(HTMLAttributes, { href: safe, rel: 'noopener noreferrer nofollow', target: '_blank' }), 0]
  },

  parseMarkdown: (token, helpers) =>
    helpers.applyMark('link', helpers.parseInline(token.tokens ?? []), { href: normalLink(String(token.href ?? '')) }),

  renderMarkdown: (node, helpers) => `[${helpers.renderChildren(node)}](${String(node.attrs?.href ?? '')})`,

  addCommands() {
    return {
      setLink:
        (attributes) =>
        ({ chain }) =>
          SAFE.test(attributes.href) && chain().setMark(this.name, attributes).run(),
      unsetLink:
        () =>
        ({ chain }) =>
          chain().unsetMark(this.name, { extendEmptyMarkRange: true }).run(),
    }
  },

  addInputRules() {
    const { type } = this
    return [
      new InputRule({
        find: TYPED_ADDRESS,
        handler({ state, range, match }) {
          const href = match[1]
          if (!href) return
          const from = range.from + match[0].indexOf(href)
          state.tr.addMark(from, from + href.length, type.create({ href })).insertText(' ', range.to)
        },
      }),
      new InputRule({
        find: MARKDOWN_LINK,
        handler({ state, range, match }) {
          const href = normalLink(match[2] ?? '')
          if (!href || !match[1]) return
          state.tr.replaceWith(range.from, range.to, state.schema.text(match[1], [type.create({ href })])).removeStoredMark(type)
        },
      }),
    ]
  },

  addPasteRules() {
    return [
      markPasteRule({
        find: new RegExp(ADDRESS.source, 'g'),
        type: this.type,
        getAttributes: (match) => ({ href: match[0] }),
      }),
    ]
  },

  addProseMirrorPlugins() {
    const { editor } = this
    return [
      new Plugin({
        props: {
          // An address pasted over a selection makes the selection a link.
          handlePaste(view, event) {
            const text = event.clipboardData?.getData('text/plain').trim() ?? ''
            const { selection } = view.state
            if (selection.empty || !/^https?:\/\/\S+$/i.test(text) || editor.isActive('codeBlock')) return false
            return editor.commands.setLink({ href: text })
          },
        },
      }),
    ]
  },
})
