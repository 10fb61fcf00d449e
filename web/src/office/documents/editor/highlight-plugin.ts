import type { Node } from '@tiptap/pm/model'
import { Plugin, PluginKey } from '@tiptap/pm/state'
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view'
import { canonicalLanguage, highlight, isLanguageLoaded, loadLanguage, type Span } from '@/lib/code/languages'

const key = new PluginKey<DecorationSet>('codeHighlight')
// Nodes are immutable and survive remote edits elsewhere, so each block is coloured once per change of its own.
let spansOf = new WeakMap<Node, Span[]>()

function codeBlocks(doc: Node) {
  const blocks: { node: Node; pos: number }[] = []
  doc.descendants((node, pos) => {
    if (node.type.name === 'codeBlock') blocks.push({ node, pos })
    return !node.isTextblock
  })
  return blocks
}

function spans(node: Node): Span[] {
  const known = spansOf.get(node)
  if (known) return known
  const language = canonicalLanguage(String(node.attrs.language ?? ''))
  if (!language || !isLanguageLoaded(language)) return []
  const fresh = highlight(language, node.textContent)
  spansOf.set(node, fresh)
  return fresh
}

function decorate(doc: Node) {
  const decorations = codeBlocks(doc).flatMap(({ node, pos }) =>
    spans(node).map(({ from, to, classes }) => Decoration.inline(pos + 1 + from, pos + 1 + to, { class: classes })),
  )
  return DecorationSet.create(doc, decorations)
}

function loadMissing(view: EditorView) {
  for (const { node } of codeBlocks(view.state.doc)) {
    const language = canonicalLanguage(String(node.attrs.language ?? ''))
    if (!language || isLanguageLoaded(language)) continue
    loadLanguage(language).then(
      () => !view.isDestroyed && view.dispatch(view.state.tr.setMeta(key, 'loaded').setMeta('addToHistory', false)),
      () => {
        // Offline: the code stays readable without colours, and the next change tries again.
      },
    )
  }
}

export function highlightPlugin() {
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: (_config, { doc }) => decorate(doc),
      apply(transaction, decorations) {
        if (transaction.getMeta(key)) {
          spansOf = new WeakMap()
          return decorate(transaction.doc)
        }
        return transaction.docChanged ? decorate(transaction.doc) : decorations
      },
    },
    props: { decorations: (state) => key.getState(state) },
    view(view) {
      loadMissing(view)
      return {
        update(updated, before) {
          if (updated.state.doc !== before.doc) loadMissing(updated)
        },
      }
    },
  })
}
